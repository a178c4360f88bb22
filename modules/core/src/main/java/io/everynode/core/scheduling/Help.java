package io.everynode.core.scheduling;

import java.util.List;

/**
 * Which comings and goings of Pods may help a Pod that was refused for the sake of others: kube-scheduler's queueing
 * hints for these filters.
 *
 * @param grow where more Pods help: required affinity
 * @param shrink where fewer Pods help: required anti-affinity
 * @param either where both may help: spreading
 * @param leaving whether it helps that a Pod with affinity of its own goes
 */
record Help(List<MatchCounts> grow, List<MatchCounts> shrink, List<MatchCounts> either, boolean leaving) {

    /** Another number once something happened that may help. */
    long stamp(TopologyIndex index) {
        long stamp = leaving ? index.left() : 0;
        for (MatchCounts one : grow) {
            stamp += one.grown();
        }
        for (MatchCounts one : shrink) {
            stamp += one.shrunk();
        }
        for (MatchCounts one : either) {
            stamp += one.grown() + one.shrunk();
        }
        return stamp;
    }
}
