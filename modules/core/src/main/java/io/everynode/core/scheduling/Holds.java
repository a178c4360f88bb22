package io.everynode.core.scheduling;

import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Room that is being freed for Pods by ending others (nominated Pods): nothing of lower priority is placed there
 * meanwhile. Mutable, for one thread.
 */
final class Holds {

    /** @param uid of the Pod that the room is for, ordinary or daemon */
    record Hold(String uid, String node, Resources requests, List<HostPort> ports, int priority) {}

    private final Map<String, TreeMap<String, Hold>> byNode = new HashMap<>();
    private final Map<String, Hold> byUid = new HashMap<>();

    /** Sorted, so that what is done about them does not depend on hashes. */
    private Set<String> freed = new TreeSet<>();

    void put(Hold hold) {
        remove(hold.uid());
        byNode.computeIfAbsent(hold.node(), node -> new TreeMap<>()).put(hold.uid(), hold);
        byUid.put(hold.uid(), hold);
    }

    /** @return what was held for the Pod, null for nothing */
    Hold remove(String uid) {
        Hold hold = byUid.remove(uid);
        if (hold != null) {
            freed.add(hold.node());
            TreeMap<String, Hold> there = byNode.get(hold.node());
            there.remove(uid);
            if (there.isEmpty()) {
                byNode.remove(hold.node());
            }
        }
        return hold;
    }

    /** The nodes where less is held than there was, since the last call: others may find room there now. */
    Set<String> takeFreed() {
        if (freed.isEmpty()) {
            return Set.of();
        }
        Set<String> taken = freed;
        freed = new TreeSet<>();
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
