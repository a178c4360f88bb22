package io.everynode.nodes.endpoint;

/**
 * Which streams a client wants to be connected to. At least one; with a terminal never stderr, which a terminal does
 * not have apart.
 */
public record StreamOptions(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}
