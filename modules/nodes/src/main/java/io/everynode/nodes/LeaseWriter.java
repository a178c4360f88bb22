package io.everynode.nodes;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.objects.Kinds;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Lease of one node: made when there is none, then renewed. Confined to the loop's thread. */
final class LeaseWriter extends WriteWindow.Writer {
    private static final Logger log = LoggerFactory.getLogger(LeaseWriter.class);

    private final ControlPlane controlPlane;
    private final NodeWriter node;
    private boolean due;
    private boolean exists;

    LeaseWriter(ControlPlane controlPlane, NodeWriter node) {
        this.controlPlane = controlPlane;
        this.node = node;
    }

    /** It is time to renew. */
    void due() {
        due = true;
    }

    @Override
    String id() {
        return "lease " + node.node.name();
    }

    @Override
    boolean wants() {
        return due && !node.vanished && !node.objectUid.isEmpty();
    }

    @Override
    WriteRequest request(Instant now, Instant deadline) {
        due = false;
        exists = exists
                || controlPlane
                        .catalog()
                        .get(Kinds.LEASE, LeaseRenewal.NAMESPACE, node.node.name())
                        .isPresent();
        return exists
                ? NodeRequests.renewLease(node.node, now, deadline)
                : NodeRequests.makeLease(node.node, node.objectUid, now, deadline);
    }

    @Override
    void done(WriteResult result) {
        // The next renewal makes it anew, or finds that it is there.
        exists = !(result instanceof WriteResult.Refused);
        if (result instanceof WriteResult.Refused refused) {
            log.debug("{} is refused: {}", id(), refused.status().message());
        }
    }
}
