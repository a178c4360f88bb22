package io.everynode.core.scheduling;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ordinary Pods by the node that has them or is asked for them. Mutable, for one thread; bounded by the ordinary Pods.
 */
final class PlacedPods {

    private final Map<String, TreeMap<PodName, PodFacts>> byNode = new HashMap<>();
    private final Map<PodName, String> nodeOf = new HashMap<>();

    /** @param node "" for none @return the node that had the Pod before, "" for none */
    String place(PodFacts pod, String node) {
        String before = remove(pod.name());
        if (!node.isEmpty()) {
            byNode.computeIfAbsent(node, name -> new TreeMap<>()).put(pod.name(), pod);
            nodeOf.put(pod.name(), node);
        }
        return before;
    }

    /** @return the node that had the Pod, "" for none */
    String remove(PodName pod) {
        String node = nodeOf.remove(pod);
        if (node == null) {
            return "";
        }
        TreeMap<PodName, PodFacts> there = byNode.get(node);
        there.remove(pod);
        if (there.isEmpty()) {
            byNode.remove(node);
        }
        return node;
    }

    /** Null when the Pod is nowhere. */
    PodFacts pod(PodName name) {
        String node = nodeOf.get(name);
        return node == null ? null : byNode.get(node).get(name);
    }

    Collection<PodFacts> on(String node) {
        TreeMap<PodName, PodFacts> there = byNode.get(node);
        return there == null ? List.of() : there.values();
    }
}
