package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;

/** A Lease as it is journaled, with the time of a later renewal, which is not (invariant I8). */
public final class RenewedLease {

    private RenewedLease() {}

    /** The same version of the Lease with another {@code renewTime}. */
    public static StoredObject of(StoredObject lease, String renewTime) {
        ObjectNode tree = LeaseRenewal.withTime(lease.tree(), renewTime);
        Json.child(tree, "metadata").remove("resourceVersion");
        return StoredJson.of(
                lease.kind(),
                JsonBytes.of(tree),
                lease.resourceVersion(),
                lease.persistenceId(),
                lease.sequenceNumber());
    }
}
