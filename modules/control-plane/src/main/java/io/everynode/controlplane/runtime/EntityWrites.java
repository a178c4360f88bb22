package io.everynode.controlplane.runtime;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import java.time.Instant;

/** How a client's write is put to the entity that owns the object. */
public final class EntityWrites {

    private EntityWrites() {}

    /** @param sequence of the object at the version that it must still have; 0 for any */
    public static ObjectWrite withSequence(ObjectWrite write, long sequence) {
        Precondition condition = new Precondition(write.precondition().uid(), sequence);
        if (write instanceof ObjectWrite.Replace replace) {
            return new ObjectWrite.Replace(replace.subresource(), replace.object(), condition, replace.manager());
        }
        if (write instanceof ObjectWrite.Patch patch) {
            return new ObjectWrite.Patch(
                    patch.subresource(),
                    patch.type(),
                    patch.body(),
                    patch.fieldValidation(),
                    condition,
                    patch.manager());
        }
        if (write instanceof ObjectWrite.Apply apply) {
            return new ObjectWrite.Apply(
                    apply.subresource(),
                    apply.config(),
                    apply.fieldValidation(),
                    condition,
                    apply.manager(),
                    apply.force());
        }
        if (write instanceof ObjectWrite.Bind bind) {
            return new ObjectWrite.Bind(condition, bind.node(), bind.metadata());
        }
        if (write instanceof ObjectWrite.Evict evict) {
            return new ObjectWrite.Evict(
                    condition, evict.gracePeriodSeconds(), evict.propagation(), evict.disruption());
        }
        ObjectWrite.Delete delete = (ObjectWrite.Delete) write;
        return new ObjectWrite.Delete(condition, delete.gracePeriodSeconds(), delete.propagation());
    }

    /**
     * What the write would make of the object as it is, as its entity decides it; nothing is written. A condition on
     * the version is left to the entity.
     */
    static ObjectChange tried(WriteRequest request, StoredObject object, Instant now) {
        var before = object.tree().deepCopy();
        Json.child(before, "metadata").remove("resourceVersion");
        return ObjectLifecycle.decide(
                request.kind(), request.name(), before, object.sequenceNumber(), withSequence(request.write(), 0), now);
    }

    /**
     * The template that the Node needs for a write of this Pod, else null. Reports and deletions, by far the most
     * writes, do without it; a write of the status may also change labels.
     */
    public static JsonBytes template(StoredDaemonPod pod, ObjectWrite write, boolean dryRun) {
        return dryRun || needsTemplate(write) ? pod.templateBytes() : null;
    }

    private static boolean needsTemplate(ObjectWrite write) {
        if (write instanceof ObjectWrite.Delete delete) {
            return changesFinalizers(delete.propagation());
        }
        if (write instanceof ObjectWrite.Evict evict) {
            return changesFinalizers(evict.propagation());
        }
        return !(write instanceof ObjectWrite.Patch patch)
                || patch.subresource().isEmpty()
                || !patch.body().isObject()
                || patch.body().path("metadata").properties().stream()
                        .anyMatch(field -> !field.getKey().equals("uid"));
    }

    private static boolean changesFinalizers(ObjectWrite.Propagation propagation) {
        return propagation == ObjectWrite.Propagation.FOREGROUND || propagation == ObjectWrite.Propagation.ORPHAN;
    }
}
