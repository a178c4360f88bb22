package io.everynode.core.event;

/** A fact in the journal. Each event changes at most one object of each served kind (invariant I4). */
public interface Event {}
