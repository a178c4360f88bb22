package io.everynode.core.daemonset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sums over all nodes of a fleet, kept by adding and taking away single nodes. Mutable; confined to its fleet. */
final class FleetCounters {

    private int desired;
    private int current;
    private int misscheduled;
    private int ready;
    private int available;
    private int updated;
    private int unavailableForRollout;
    private int surging;
    private int serving;
    private final Map<String, Integer> podsByRevision = new HashMap<>();

    /**
     * @param held a grant whose use is not seen yet, or null: the node counts as unavailable, and as surging or as not
     *     serving, as far as the grant may be used for that, whatever the node looks like
     * @param sign 1 to add, -1 to take away
     */
    void count(NodeAssessment node, FleetEntry.Grant held, List<DaemonPodView> pods, int sign) {
        boolean running = node.shouldRun() && node.scheduled();
        desired += node.shouldRun() ? sign : 0;
        current += running ? sign : 0;
        misscheduled += !node.shouldRun() && node.scheduled() ? sign : 0;
        ready += running && node.ready() ? sign : 0;
        available += running && node.available() ? sign : 0;
        updated += running && node.updated() ? sign : 0;
        unavailableForRollout += node.unavailable() || held != null ? sign : 0;
        surging += node.surging() || held != null && held.mayAdd() ? sign : 0;
        serving += node.serving() && (held == null || !held.mayEnd()) ? sign : 0;
        for (int i = 0; i < pods.size(); i++) {
            podsByRevision.merge(pods.get(i).revision(), sign, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
        }
    }

    DaemonSetStatus status() {
        return new DaemonSetStatus(desired, current, misscheduled, ready, available, updated);
    }

    int desired() {
        return desired;
    }

    /** Nodes that take from maxUnavailable: upstream's numUnavailable and the grants held. */
    int unavailable() {
        return unavailableForRollout;
    }

    /** Nodes that take from maxSurge: upstream's numSurge and the grants held. */
    int surging() {
        return surging;
    }

    /** Upstream's numAvailable while surging, without Pods that a grant may end. */
    int serving() {
        return serving;
    }

    /** Whether any Pod, terminating ones included, carries this revision's hash. */
    boolean carries(String revision) {
        return podsByRevision.containsKey(revision);
    }

    /** No Pod, not even a terminating one, is left anywhere. */
    boolean noPods() {
        return podsByRevision.isEmpty();
    }

    @Override
    public String toString() {
        return status() + " unavailable=" + unavailableForRollout + " surging=" + surging + " serving=" + serving
                + " pods=" + new java.util.TreeMap<>(podsByRevision);
    }
}
