package io.everynode.core.resource;

import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.time.Instant;

/**
 * An object of a kind without behaviour of its own (Namespace, ConfigMap, Lease …), or its absence.
 *
 * @param object null when there is none
 * @param sequenceNumber of the object's last event; 0 when there is none
 */
public record ResourceState(JsonBytes object, long sequenceNumber) {

    public static final ResourceState ABSENT = new ResourceState(null, 0);

    /** Pure. A reply of null means: done, as of the last event. */
    public Decision<ResourceEvent, WriteReply> decide(
            Kind kind, String name, ObjectWrite write, boolean dryRun, Instant now) {
        ObjectChange change =
                ObjectLifecycle.decide(kind, name, object == null ? null : object.tree(), sequenceNumber, write, now);
        WriteReply immediate = change.immediateReply(dryRun);
        if (immediate != null) {
            return Decision.none(immediate);
        }
        WriteReply done = new WriteReply.Done("", 0, change instanceof ObjectChange.Removed, change.clientWarnings());
        if (change instanceof ObjectChange.Stored stored) {
            return Decision.of(
                    new ResourceEvent.Stored(JsonBytes.of(stored.object())),
                    write.getClass().getSimpleName(),
                    done);
        }
        if (change instanceof ObjectChange.Removed removed) {
            return Decision.of(new ResourceEvent.Removed(Json.text(removed.last(), "metadata", "uid")), "Delete", done);
        }
        return Decision.none(done);
    }

    public ResourceState evolve(EventMeta meta, ResourceEvent event, long eventSequenceNumber) {
        return event instanceof ResourceEvent.Present present
                ? new ResourceState(present.object(), eventSequenceNumber)
                : ABSENT;
    }
}
