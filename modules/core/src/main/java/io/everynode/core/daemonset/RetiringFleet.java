package io.everynode.core.daemonset;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is left of a removed incarnation: the nodes that still have Pods of it. Mutable and confined to one actor. */
final class RetiringFleet {

    /**
     * A removed incarnation is forgotten no sooner: by then every late command of it is refused for its deadline (30 s
     * or less).
     */
    static final Duration AT_LEAST = Duration.ofSeconds(60);

    private final Map<String, List<DaemonPodView>> pods = new TreeMap<>();
    private final NavigableSet<String> changed = new TreeSet<>();

    private final boolean release;

    /** @param release Pods lose their owner instead of ending */
    RetiringFleet(Map<String, List<DaemonPodView>> pods, boolean release) {
        this.release = release;
        this.pods.putAll(pods);
        changed.addAll(pods.keySet());
    }

    void update(String node, List<DaemonPodView> now) {
        if (now.isEmpty()) {
            pods.remove(node);
        } else {
            pods.put(node, List.copyOf(now));
        }
        changed.add(node);
    }

    /** A node whose Pods are all terminating has nothing left to do. */
    NodeAction action(String node) {
        for (DaemonPodView pod : pods.getOrDefault(node, List.of())) {
            if (release || !pod.terminating()) {
                return new NodeAction.Retire(release);
            }
        }
        return null;
    }

    boolean isEmpty() {
        return pods.isEmpty();
    }

    /** Nodes updated since the last call, by name. */
    List<String> takeChanged() {
        List<String> nodes = List.copyOf(changed);
        changed.clear();
        return nodes;
    }
}
