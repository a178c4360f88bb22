package io.everynode.core.object;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.RecentCommands;
import io.everynode.objects.ApiStatus;
import java.util.List;
import java.util.OptionalLong;

/** What is answered to a client's write beside its decision: late ones are refused, repeated ones answered again. */
public final class WriteAdmission {

    private static final int RETRY_AFTER_SECONDS = 1;

    private WriteAdmission() {}

    /** The answer to a write that is late or was done before; null when it is to be decided. */
    public static WriteReply withoutDecision(
            String persistenceId, RecentCommands recent, CommandMeta meta, long nowMillis) {
        if (nowMillis > meta.deadlineMillis()) {
            return new WriteReply.Rejected(
                    ApiStatus.timeout("the request came to its object after its deadline", RETRY_AFTER_SECONDS));
        }
        OptionalLong done = recent.sequenceNumberOf(meta.id());
        return done.isPresent() ? new WriteReply.Done(persistenceId, done.getAsLong(), false, List.of()) : null;
    }

    /** The decision's reply, once its events are durable. @param sequence the entity's last sequence number then */
    public static WriteReply durable(String persistenceId, WriteReply reply, long sequence) {
        return reply instanceof WriteReply.Done done
                ? new WriteReply.Done(persistenceId, sequence, done.removed(), done.warnings())
                : reply;
    }
}
