package io.everynode.controlplane;

import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Kind;
import java.time.Instant;

/**
 * A client's write.
 *
 * @param namespace "" for kinds without one
 * @param name the object's; for a Create with generateName "" (the control plane makes the name)
 * @param write its precondition's sequence number is ignored: {@code resourceVersion} stands for it
 * @param resourceVersion the version that the object must still have; 0 for any
 * @param cause the request, for the record, such as "request 3f2a…"
 * @param deadline at most 30 s ahead
 */
public record WriteRequest(
        Kind kind,
        String namespace,
        String name,
        ObjectWrite write,
        long resourceVersion,
        boolean dryRun,
        Caller caller,
        String cause,
        Instant deadline) {

    /** The same with another write. */
    public WriteRequest with(ObjectWrite other) {
        return new WriteRequest(kind, namespace, name, other, resourceVersion, dryRun, caller, cause, deadline);
    }
}
