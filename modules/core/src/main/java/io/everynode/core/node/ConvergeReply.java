package io.everynode.core.node;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A Node's answer to {@link Converge}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
    @JsonSubTypes.Type(value = ConvergeReply.Applied.class, name = "applied"),
    @JsonSubTypes.Type(value = ConvergeReply.NothingToDo.class, name = "nothing"),
    @JsonSubTypes.Type(value = ConvergeReply.Deferred.class, name = "deferred"),
    @JsonSubTypes.Type(value = ConvergeReply.Refused.class, name = "refused")
})
public sealed interface ConvergeReply {

    /** Persisted as of this sequence number of the Node. */
    record Applied(long sequenceNumber) implements ConvergeReply {}

    /** Already so, as of this sequence number of the Node. */
    record NothingToDo(long sequenceNumber, String why) implements ConvergeReply {}

    /** A failed Pod's back-off runs until then (epoch milliseconds). */
    record Deferred(long untilMillis) implements ConvergeReply {}

    /** Not eligible, an old generation, a retired DaemonSet, no such node. */
    record Refused(String why) implements ConvergeReply {}
}
