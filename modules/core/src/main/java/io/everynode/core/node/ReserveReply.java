package io.everynode.core.node;

/**
 * A Node's answer to {@link NodeCommand.Reserve} and {@link NodeCommand.Release}.
 *
 * @param refusal why not, or "" when reserved or released
 */
public record ReserveReply(long attempt, String refusal) {}
