package io.everynode.nodes;

import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeWrite;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Lease of one node: made when there is none, then renewed. Confined to the loop's thread. */
final class LeaseWriter extends WriteWindow.Writer {
    private static final Logger log = LoggerFactory.getLogger(LeaseWriter.class);

    private final NodeWriter node;
    private boolean due;
    private boolean exists;

    LeaseWriter(NodeWriter node) {
        this.node = node;
    }

    /** It is time to renew. */
    void due() {
        due = true;
    }

    /** Whether to renew is all that it would have to do. */
    boolean renews() {
        return exists && !due && !node.vanished && !node.objectUid.isEmpty();
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
    NodeWrite request(Instant now) {
        due = false;
        return exists
                ? NodeRequests.renewLease(node.node, now)
                : NodeRequests.makeLease(node.node, node.objectUid, now);
    }

    @Override
    void done(NodeAnswer answer) {
        if (answer instanceof NodeAnswer.Refused refused) {
            log.debug("{} is refused: {}", id(), refused.status().message());
            // One that is there already, from an earlier process, or that somebody has deleted: the other way at once.
            boolean other = refused.status().code() == (exists ? 404 : 409);
            exists = exists != other;
            due = due || other;
        } else {
            exists = true;
        }
    }
}
