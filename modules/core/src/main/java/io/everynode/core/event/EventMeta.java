package io.everynode.core.event;

/**
 * The envelope of every journaled event: who, when and why. It is part of the format from the first event on.
 *
 * @param atMillis epoch milliseconds when it was decided
 * @param caller who asked for it
 * @param commandId the command that led to it; a repeated command is recognised by it
 * @param cause the request or event behind the command
 * @param reason why, in a few words, such as "node joined" or "template changed"
 * @param plannedAt resourceVersion of the catalog the action was planned from; 0 when it was not planned
 * @param more how many events of the same atomic persist follow this one
 */
public record EventMeta(
        long atMillis, Caller caller, String commandId, String cause, String reason, long plannedAt, int more) {}
