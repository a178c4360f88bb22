package io.everynode.nodes.endpoint;

/** In characters; each 1 to 65,535. */
public record TerminalSize(int columns, int rows) {}
