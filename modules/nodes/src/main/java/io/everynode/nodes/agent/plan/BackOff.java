package io.everynode.nodes.agent.plan;

import java.time.Duration;
import java.time.Instant;

/** How long restarts wait (kubernetes/pkg/kubelet/kuberuntime, client-go/util/flowcontrol/backoff.go). Pure. */
public final class BackOff {

    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** A container that ran for longer begins anew. */
    static final Duration FORGOTTEN = LONGEST.multipliedBy(2);

    private BackOff() {}

    /**
     * @param startAt of the next attempt
     * @param backOffSeconds that it is made with
     */
    record Next(Instant startAt, long backOffSeconds) {}

    /** After a container has ended; the first restart does not wait. */
    static Next after(ContainerFacts ended) {
        Duration lived = Duration.between(ended.createdAt(), ended.endedAt());
        if (ended.backOffSeconds() == 0 || lived.compareTo(FORGOTTEN) > 0) {
            return new Next(ended.endedAt(), FIRST.toSeconds());
        }
        long doubled = Math.min(2 * ended.backOffSeconds(), LONGEST.toSeconds());
        return new Next(ended.endedAt().plusSeconds(ended.backOffSeconds()), doubled);
    }

    /** Of pulls and other things that fail before a container is there. */
    public static Duration afterFailures(int failures) {
        Duration doubled = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }
}
