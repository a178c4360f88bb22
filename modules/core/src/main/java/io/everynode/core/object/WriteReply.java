package io.everynode.core.object;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.everynode.objects.ApiStatus;
import java.util.List;

/** An entity's answer to an {@link ObjectWrite}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
    @JsonSubTypes.Type(value = WriteReply.Done.class, name = "done"),
    @JsonSubTypes.Type(value = WriteReply.DryRun.class, name = "dry-run"),
    @JsonSubTypes.Type(value = WriteReply.Rejected.class, name = "rejected"),
    @JsonSubTypes.Type(value = WriteReply.Moved.class, name = "moved")
})
public sealed interface WriteReply {

    /**
     * Durable, or a no-op.
     *
     * @param persistenceId the entity's
     * @param sequenceNumber of the event that made the object what it is now
     * @param removed the object is gone by this write
     * @param warnings for the client
     */
    record Done(String persistenceId, long sequenceNumber, boolean removed, List<String> warnings)
            implements WriteReply {}

    /** @param object what would have been stored */
    record DryRun(JsonBytes object, List<String> warnings) implements WriteReply {}

    record Rejected(ApiStatus status) implements WriteReply {}

    /** Nothing was done: the object is moving to another entity. To be asked again, where the catalog says then. */
    record Moved() implements WriteReply {}
}
