package io.everynode.nodes.endpoint;

import java.time.Instant;

/**
 * Which part of a container's log is wanted. The endpoint itself sees to limitBytes.
 *
 * @param follow goes on with new lines until the container ends
 * @param previous the run before the present one
 * @param timestamps each line begins with its time, RFC 3339 in nanoseconds, and a space
 * @param since only lines from then on; null for all
 * @param tailLines at most the last so many lines, of those that there are at the start; null for all
 */
public record LogOptions(boolean follow, boolean previous, boolean timestamps, Instant since, Long tailLines) {}
