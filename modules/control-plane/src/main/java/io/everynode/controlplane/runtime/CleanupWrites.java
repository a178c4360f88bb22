package io.everynode.controlplane.runtime;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.event.Caller;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import java.time.Duration;
import java.time.Instant;

/** The writes of the parts that clean up, for objects as the catalog has them. */
final class CleanupWrites {

    private static final Duration LIFE = Duration.ofSeconds(10);

    private CleanupWrites() {}

    /** @param graceSeconds null for the object's own */
    static WriteRequest delete(StoredObject object, Long graceSeconds, Caller caller, Instant now) {
        return write(
                object,
                new ObjectWrite.Delete(same(object), graceSeconds, ObjectWrite.Propagation.DEFAULT),
                0,
                caller,
                now);
    }

    /** Ends a Pod at once, failed if it has not ended by itself. */
    static WriteRequest fail(StoredObject pod, String reason, String message, Caller caller, Instant now) {
        return write(
                pod,
                new ObjectWrite.Evict(
                        same(pod), 0L, ObjectWrite.Propagation.DEFAULT, new Disruption(reason, message, true)),
                0,
                caller,
                now);
    }

    /** @param resourceVersion that the object must still have; 0 for any */
    static WriteRequest write(
            StoredObject object, ObjectWrite write, long resourceVersion, Caller caller, Instant now) {
        return new WriteRequest(
                object.kind(),
                object.namespace(),
                object.name(),
                write,
                resourceVersion,
                false,
                caller,
                "journal " + object.resourceVersion(),
                now.plus(LIFE));
    }

    static Precondition same(StoredObject object) {
        return new Precondition(object.uid(), 0);
    }
}
