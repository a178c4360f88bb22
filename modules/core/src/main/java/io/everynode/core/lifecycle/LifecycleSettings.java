package io.everynode.core.lifecycle;

import java.time.Duration;

/**
 * How long nodes may be silent and how fast they are emptied; the defaults are those of kube-controller-manager.
 *
 * @param gracePeriod a node that is silent for so long is lost (node-monitor-grace-period)
 * @param startupGracePeriod the same for a node that is new (node-startup-grace-period)
 * @param evictionRate nodes of one zone that get an evicting taint, in a second (node-eviction-rate)
 * @param secondaryEvictionRate the same in an unhealthy zone of a large cluster (secondary-node-eviction-rate)
 * @param unhealthyZoneThreshold share of a zone's nodes, 0 to 1, that are not ready, from which on the zone is
 *     unhealthy (unhealthy-zone-threshold)
 * @param largeClusterSize an unhealthy zone of no more nodes is not emptied at all (large-cluster-size-threshold)
 */
public record LifecycleSettings(
        Duration gracePeriod,
        Duration startupGracePeriod,
        double evictionRate,
        double secondaryEvictionRate,
        double unhealthyZoneThreshold,
        int largeClusterSize) {

    public static final LifecycleSettings DEFAULT =
            new LifecycleSettings(Duration.ofSeconds(40), Duration.ofSeconds(60), 0.1, 0.01, 0.55, 50);

    /** @throws IllegalArgumentException naming the setting that is out of its range */
    public LifecycleSettings {
        require(!gracePeriod.isNegative() && !gracePeriod.isZero(), "grace-period must be longer than 0");
        require(
                !startupGracePeriod.isNegative() && !startupGracePeriod.isZero(),
                "startup-grace-period must be longer than 0");
        require(evictionRate >= 0 && Double.isFinite(evictionRate), "eviction-rate must not be negative");
        require(
                secondaryEvictionRate >= 0 && Double.isFinite(secondaryEvictionRate),
                "secondary-eviction-rate must not be negative");
        require(unhealthyZoneThreshold >= 0 && unhealthyZoneThreshold <= 1, "unhealthy-zone-threshold must be 0 to 1");
        require(largeClusterSize >= 0, "large-cluster-size must not be negative");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("everynode.lifecycle." + otherwise);
        }
    }
}
