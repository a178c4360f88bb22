package io.everynode.core.node;

/**
 * A Node's answer to {@link NodeCommand.TakeOver}.
 *
 * @param taken false when the command was late: the Pod is to ask again
 */
public record TakeOverReply(long attempt, boolean taken) {}
