package io.everynode.core.scheduling;

import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Room that is being freed for Pods by ending others (nominated Pods): nothing of lower priority is placed there
 * meanwhile. A Pod has one hold at most. What the nodes are to be told of it collects here. Mutable, for one thread.
 */
final class Holds {

    /**
     * @param uid of the Pod that the room is for
     * @param daemon whether it is a daemon Pod of that node
     */
    record Hold(String uid, String node, Resources requests, List<HostPort> ports, int priority, boolean daemon) {

        static Hold of(PodFacts pod, String node) {
            return new Hold(
                    pod.uid(),
                    node,
                    pod.requirements().requests(),
                    pod.requirements().ports(),
                    pod.priority(),
                    false);
        }

        /** @param wanted false when the Pod does not come after all */
        SchedulerStep.Nominate told(boolean wanted) {
            return new SchedulerStep.Nominate(node, uid, requests, ports, priority, wanted);
        }
    }

    private final Map<String, TreeMap<String, Hold>> byNode = new HashMap<>();
    private final Map<String, Hold> byUid = new HashMap<>();

    private List<SchedulerStep> news = new ArrayList<>();

    /** Sorted, so that what is done about them does not depend on hashes. */
    private Set<String> changed = new TreeSet<>();

    /** Holds room, instead of what was held for the Pod; the nodes are told. Nothing happens when it is so already. */
    void keep(Hold hold) {
        Hold before = byUid.get(hold.uid());
        if (hold.equals(before)) {
            return;
        }
        if (before != null) {
            drop(before);
            if (!before.node().equals(hold.node())) {
                news.add(before.told(false));
            }
        }
        restore(hold);
        news.add(hold.told(true));
    }

    /** As {@link #keep}, for a Pod without hold, when the node should know already. */
    void restore(Hold hold) {
        byNode.computeIfAbsent(hold.node(), node -> new TreeMap<>()).put(hold.uid(), hold);
        byUid.put(hold.uid(), hold);
        changed.add(hold.node());
    }

    /** Nothing is held for the Pod any more, and its node is told. */
    void release(String uid) {
        Hold hold = byUid.get(uid);
        if (hold != null) {
            drop(hold);
            news.add(hold.told(false));
        }
    }

    /** The Pod has the room itself, or its node knows already that it does not come. */
    void end(String uid) {
        Hold hold = byUid.get(uid);
        if (hold != null) {
            drop(hold);
        }
    }

    private void drop(Hold hold) {
        byUid.remove(hold.uid());
        TreeMap<String, Hold> there = byNode.get(hold.node());
        there.remove(hold.uid());
        if (there.isEmpty()) {
            byNode.remove(hold.node());
        }
        changed.add(hold.node());
    }

    /** What the nodes have to be told since the last call. */
    List<SchedulerStep> takeNews() {
        List<SchedulerStep> taken = news;
        news = new ArrayList<>();
        return taken;
    }

    /**
     * The nodes where other room is held than at the last call: others may find some now, or miss what they counted on.
     */
    Set<String> takeChanged() {
        if (changed.isEmpty()) {
            return Set.of();
        }
        Set<String> taken = changed;
        changed = new TreeSet<>();
        return taken;
    }

    Hold of(String uid) {
        return byUid.get(uid);
    }

    List<Hold> on(String node) {
        TreeMap<String, Hold> there = byNode.get(node);
        return there == null ? List.of() : List.copyOf(there.values());
    }

    /** The node as a Pod of this priority finds it: what is held for its equals and betters is taken. */
    NodeView seenBy(NodeView node, String uid, int priority) {
        TreeMap<String, Hold> there =
                byNode.isEmpty() ? null : byNode.get(node.node().name());
        if (there == null) {
            return node;
        }
        Resources requested = node.requested();
        int pods = node.pods();
        Set<HostPort> ports = new HashSet<>(node.usedPorts());
        for (Hold hold : there.values()) {
            if (hold.priority() >= priority && !hold.uid().equals(uid)) {
                requested = requested.plus(hold.requests());
                pods++;
                ports.addAll(hold.ports());
            }
        }
        return new NodeView(node.node(), requested, pods, ports);
    }
}
