package io.everynode.core.scheduling;

import io.everynode.objects.select.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** On how many Pods of each node a selection matches, kept up to date node by node. Mutable, for one thread. */
final class MatchCounts {

    /** Pods of these namespaces with these labels. */
    record Selection(Set<String> namespaces, LabelSelector selector) {

        boolean matches(ExistingPod pod) {
            return namespaces.contains(pod.namespace()) && selector.test(pod.labels());
        }
    }

    /**
     * @param all a Pod counts when it matches all of them
     * @param terminating whether Pods that are ending count
     */
    record Key(List<Selection> all, boolean terminating) {

        boolean matches(ExistingPod pod) {
            if (pod.terminating() && !terminating) {
                return false;
            }
            for (Selection one : all) {
                if (!one.matches(pod)) {
                    return false;
                }
            }
            return true;
        }

        int count(Iterable<ExistingPod> pods) {
            int count = 0;
            for (ExistingPod pod : pods) {
                count += matches(pod) ? 1 : 0;
            }
            return count;
        }
    }

    final Key key;
    private final Map<String, Integer> byNode = new HashMap<>();
    private long grown;
    private long shrunk;

    MatchCounts(Key key) {
        this.key = key;
    }

    void update(String node, List<ExistingPod> pods) {
        int count = key.count(pods);
        Integer before = count == 0 ? byNode.remove(node) : byNode.put(node, count);
        int was = before == null ? 0 : before;
        grown += count > was ? 1 : 0;
        shrunk += count < was ? 1 : 0;
    }

    /** It is not kept up to date any more: whoever waits for it must look again. */
    void dropped() {
        grown++;
        shrunk++;
    }

    /** How often a node's count rose. */
    long grown() {
        return grown;
    }

    /** How often a node's count fell. */
    long shrunk() {
        return shrunk;
    }

    int on(String node) {
        return byNode.getOrDefault(node, 0);
    }

    /** The matching Pods by the value that their node has of the label; nodes without it do not count. */
    Map<String, Integer> byValue(NodeTable nodes, String topologyKey) {
        Map<String, Integer> counts = new HashMap<>();
        for (Map.Entry<String, Integer> entry : byNode.entrySet()) {
            NodeView node = nodes.view(entry.getKey());
            String value = node == null ? null : node.node().labels().get(topologyKey);
            if (value != null) {
                counts.merge(value, entry.getValue(), Integer::sum);
            }
        }
        return counts;
    }
}
