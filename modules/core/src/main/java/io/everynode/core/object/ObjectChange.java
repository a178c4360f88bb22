package io.everynode.core.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import java.util.List;

/** What an {@link ObjectWrite} makes of an object. */
public sealed interface ObjectChange {

    /** @param object to store, without resourceVersion */
    record Stored(ObjectNode object, List<String> warnings) implements ObjectChange {}

    record Unchanged(ObjectNode object, List<String> warnings) implements ObjectChange {}

    /** @param last the object at its end */
    record Removed(ObjectNode last, List<String> warnings) implements ObjectChange {}

    record Refused(ApiStatus status) implements ObjectChange {}

    /**
     * The answer before anything is persisted: a rejection or a dry run's object; null when events are to be persisted
     * or nothing changes.
     */
    default WriteReply immediateReply(boolean dryRun) {
        if (this instanceof Refused refused) {
            return new WriteReply.Rejected(refused.status());
        }
        if (!dryRun) {
            return null;
        }
        if (this instanceof Stored stored) {
            return new WriteReply.DryRun(JsonBytes.of(stored.object()), stored.warnings());
        }
        if (this instanceof Unchanged unchanged) {
            return new WriteReply.DryRun(JsonBytes.of(unchanged.object()), unchanged.warnings());
        }
        Removed removed = (Removed) this;
        return new WriteReply.DryRun(JsonBytes.of(removed.last()), removed.warnings());
    }

    /** Warnings for the client; none for a refusal. */
    default List<String> clientWarnings() {
        if (this instanceof Stored stored) {
            return stored.warnings();
        }
        if (this instanceof Unchanged unchanged) {
            return unchanged.warnings();
        }
        return this instanceof Removed removed ? removed.warnings() : List.of();
    }
}
