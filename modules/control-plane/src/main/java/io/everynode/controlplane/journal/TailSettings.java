package io.everynode.controlplane.journal;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a {@link JournalTail} reads.
 *
 * @param pollInterval how long it waits for a hint or a barrier before it reads all the same
 * @param retryInterval how long it waits after a failed read, unless a barrier brings the next attempt forward
 * @param pageRows the most rows of one read
 * @param pageBytes a read ends after the row that brings its payloads to so many bytes; it bounds the tail's memory
 */
public record TailSettings(Duration pollInterval, Duration retryInterval, int pageRows, long pageBytes) {
    public static final TailSettings DEFAULT =
            new TailSettings(Duration.ofMillis(200), Duration.ofMillis(500), 1000, 8L << 20);

    public TailSettings {
        if (pollInterval.isNegative()
                || pollInterval.isZero()
                || retryInterval.isNegative()
                || retryInterval.isZero()
                || pageRows < 1
                || pageBytes < 1) {
            throw new IllegalArgumentException("the tail's settings must be positive");
        }
    }

    /** Reads the settings at {@code everynode.journal.tail} (see everynode-journal.conf). */
    public static TailSettings from(Config config) {
        return new TailSettings(
                config.getDuration("poll-interval"),
                config.getDuration("retry-interval"),
                config.getInt("page-rows"),
                config.getBytes("page-bytes"));
    }
}
