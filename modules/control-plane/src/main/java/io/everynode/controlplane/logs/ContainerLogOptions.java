package io.everynode.controlplane.logs;

import java.time.Instant;

/**
 * Which part of a container's log is wanted (core/v1 PodLogOptions). Validated: at most one of the two kinds of since.
 *
 * @param follow goes on with new lines until the container ends
 * @param previous the run before the present one
 * @param timestamps each line begins with its time, RFC 3339 in nanoseconds
 * @param sinceSeconds only lines so young; null for all
 * @param sinceTime only lines from then on; null for all
 * @param tailLines at most the last so many lines, of those that there are at the start; null for all
 * @param limitBytes ends after so many bytes, maybe within a line; null for no limit
 * @param insecureSkipTlsVerifyBackend any certificate of the kubelet will do
 */
public record ContainerLogOptions(
        boolean follow,
        boolean previous,
        boolean timestamps,
        Long sinceSeconds,
        Instant sinceTime,
        Long tailLines,
        Long limitBytes,
        boolean insecureSkipTlsVerifyBackend) {}
