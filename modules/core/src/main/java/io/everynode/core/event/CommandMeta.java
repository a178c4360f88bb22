package io.everynode.core.event;

/**
 * What every command carries, so that it can be repeated, refused when late and explained afterwards.
 *
 * @param id unique for each intended change; a repetition of the same command has the same id
 * @param caller who asked
 * @param cause the event or request that led here, such as "request 3f2a…" or "journal 4711"
 * @param deadlineMillis epoch milliseconds after which the command is refused
 * @param plannedAt resourceVersion of the catalog that a planned action was made from; 0 when it was not planned
 */
public record CommandMeta(String id, Caller caller, String cause, long deadlineMillis, long plannedAt) {}
