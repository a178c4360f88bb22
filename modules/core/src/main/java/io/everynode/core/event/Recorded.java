package io.everynode.core.event;

/** An event with its envelope: what one journal row holds. */
public record Recorded<E extends Event>(EventMeta meta, E event) {}
