package io.everynode.core.lifecycle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Instant;

/**
 * Tells renewals of node Leases from all other writes: they change {@code spec.renewTime} and nothing else, and are
 * soft state (invariant I8). Pure.
 */
public final class LeaseRenewal {

    /** The namespace of the Leases by which kubelets show that they live; each is named as its node. */
    public static final String NAMESPACE = "kube-node-lease";

    private LeaseRenewal() {}

    public static boolean isNodeLease(Kind kind, String namespace) {
        return kind.equals(Kinds.LEASE) && namespace.equals(NAMESPACE);
    }

    /**
     * The new {@code renewTime} when the write is valid and does no more than renew; else null.
     *
     * @param lease as it is stored, with or without resourceVersion; not changed
     * @param write a resourceVersion it asks for has been compared already
     */
    public static String of(ObjectNode lease, ObjectWrite write, Instant now) {
        if (!(write instanceof ObjectWrite.Replace || write instanceof ObjectWrite.Patch)) {
            return null;
        }
        ObjectNode current = lease.deepCopy();
        Json.child(current, "metadata").remove("resourceVersion");
        String name = Json.text(current, "metadata", "name");
        ObjectChange change = ObjectLifecycle.decide(
                Kinds.LEASE, name, current, write.precondition().sequenceNumber(), write, now);
        if (!(change instanceof ObjectChange.Stored stored)
                || !stored.warnings().isEmpty()) {
            return null;
        }
        String renewed = Json.text(stored.object(), "spec", "renewTime");
        if (renewed.isEmpty() || !withTime(current, renewed).equals(stored.object())) {
            return null;
        }
        return renewed;
    }

    /** A Lease with another {@code renewTime}; the given tree is not changed. */
    public static ObjectNode withTime(ObjectNode lease, String renewTime) {
        ObjectNode copy = lease.deepCopy();
        Json.child(copy, "spec").put("renewTime", renewTime);
        return copy;
    }
}
