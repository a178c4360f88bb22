package io.everynode.core.node;

/**
 * How often Pods of one DaemonSet generation failed on this node (upstream keys its back-off by UID, generation and
 * node: 1 s doubling to 15 min, forgotten after twice the longest wait).
 *
 * @param lastAt epoch milliseconds
 */
public record Failures(long generation, int count, long lastAt) {

    public static final long FIRST_BACKOFF_MILLIS = 1_000;
    public static final long MAX_BACKOFF_MILLIS = 900_000;

    static Failures first(long generation, long atMillis) {
        return new Failures(generation, 1, atMillis);
    }

    Failures and(long newGeneration, long atMillis) {
        return newGeneration != generation || atMillis - lastAt > 2 * MAX_BACKOFF_MILLIS
                ? first(newGeneration, atMillis)
                : new Failures(generation, count + 1, atMillis);
    }

    /** When the failed Pod may be replaced, in epoch milliseconds. */
    public long retryAt() {
        int doublings = Math.min(count - 1, 20);
        return lastAt + Math.min(FIRST_BACKOFF_MILLIS << doublings, MAX_BACKOFF_MILLIS);
    }
}
