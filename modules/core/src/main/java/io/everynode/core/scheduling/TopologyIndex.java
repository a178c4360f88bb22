package io.everynode.core.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Pods mean to other Pods: the counts that affinity and spreading ask for, made when first asked for and kept up
 * to date for touched nodes only, and the Pods that have affinity of their own. Without any Pod that uses these it
 * holds nothing. Mutable, for one thread.
 */
final class TopologyIndex {

    /** Counts that are kept; the ones unused for longest are made again when asked for. */
    private static final int MAX_COUNTS = 500;

    private final ExistingPods existing = new ExistingPods();
    private final Map<MatchCounts.Key, MatchCounts> counts = new LinkedHashMap<>(16, 0.75f, true);
    private final TreeMap<String, List<ExistingPod>> withAffinity = new TreeMap<>();

    private long left;

    /** How often a Pod with affinity of its own went, or changed it. */
    long left() {
        return left;
    }

    /** The node is other than it was. */
    void refresh(SchedulerView view, String node, PlacedPods placed) {
        List<ExistingPod> pods = existing.on(view, node, placed);
        for (MatchCounts one : counts.values()) {
            one.update(node, pods);
        }
        List<ExistingPod> terms = new ArrayList<>(0);
        for (ExistingPod pod : pods) {
            if (!pod.affinity().isEmpty()) {
                terms.add(pod);
            }
        }
        List<ExistingPod> before = terms.isEmpty() ? withAffinity.remove(node) : withAffinity.put(node, terms);
        if (before != null && !terms.containsAll(before)) {
            left++;
        }
    }

    /** Pods with affinity of their own, by node. */
    Map<String, List<ExistingPod>> withAffinity() {
        return withAffinity;
    }

    MatchCounts counts(MatchCounts.Key key, SchedulerView view, Collection<NodeView> nodes, PlacedPods placed) {
        MatchCounts known = counts.get(key);
        if (known != null) {
            return known;
        }
        MatchCounts made = new MatchCounts(key);
        for (NodeView node : nodes) {
            String name = node.node().name();
            made.update(name, existing.on(view, name, placed));
        }
        if (counts.size() >= MAX_COUNTS) {
            counts.remove(counts.keySet().iterator().next()).dropped();
        }
        counts.put(key, made);
        return made;
    }

    ExistingPods existing() {
        return existing;
    }

    /** Adds to a sum by topology key and value. */
    static void add(Map<String, Map<String, Long>> sums, String key, String value, long amount) {
        sums.computeIfAbsent(key, k -> new HashMap<>()).merge(value, amount, Long::sum);
    }
}
