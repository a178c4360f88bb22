package io.everynode.nodes;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a fleet of hollow nodes works; {@code everynode.hollow-nodes} in the configuration.
 *
 * @param seed for everything that is left to chance
 * @param jitter by how much delays vary: 0.2 stands for 80 to 120 %
 * @param window writes outstanding at a time; further ones wait
 * @param retryAfter first delay after a refusal for overload or absence; doubled up to {@code maxRetryAfter}
 * @param maxRetryAfter upper limit of that delay
 * @param writeDeadline how long a write may take, at most 30 s
 * @param leaseInterval each node renews its Lease so often; zero for never
 * @param statusInterval each node reports its status so often although nothing has changed; counted in whole renewals
 * @param rejoinAfter a node whose object somebody deletes registers again so much later, as when a supervisor starts
 *     its kubelet anew; zero for never
 * @param adopt whether Nodes made elsewhere that ask for it are played
 */
public record HollowSettings(
        long seed,
        double jitter,
        int window,
        Duration retryAfter,
        Duration maxRetryAfter,
        Duration writeDeadline,
        Duration leaseInterval,
        Duration statusInterval,
        Duration rejoinAfter,
        boolean adopt) {

    public static final HollowSettings DEFAULT = new HollowSettings(
            1,
            0.2,
            256,
            Duration.ofMillis(200),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ZERO,
            true);

    /** @throws IllegalArgumentException when a number is out of its range */
    public HollowSettings {
        if (window < 1) {
            throw new IllegalArgumentException("everynode.hollow-nodes.window must be at least 1");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("everynode.hollow-nodes.jitter must be 0 to 1");
        }
        if (writeDeadline.compareTo(Duration.ofSeconds(30)) > 0) {
            throw new IllegalArgumentException("everynode.hollow-nodes.write-deadline must be at most 30 s");
        }
        if (leaseInterval.isNegative() || statusInterval.isNegative()) {
            throw new IllegalArgumentException(
                    "everynode.hollow-nodes.lease-interval and status-interval must not be negative");
        }
        if (rejoinAfter.isNegative()) {
            throw new IllegalArgumentException("everynode.hollow-nodes.rejoin-after must not be negative");
        }
    }

    public static HollowSettings of(Config config) {
        Config own = config.getConfig("everynode.hollow-nodes");
        return new HollowSettings(
                own.getLong("seed"),
                own.getDouble("jitter"),
                own.getInt("window"),
                own.getDuration("retry-after"),
                own.getDuration("max-retry-after"),
                own.getDuration("write-deadline"),
                own.getDuration("lease-interval"),
                own.getDuration("status-interval"),
                own.getDuration("rejoin-after"),
                own.getBoolean("adopt"));
    }
}
