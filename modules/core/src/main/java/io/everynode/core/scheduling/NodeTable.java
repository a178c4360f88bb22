package io.everynode.core.scheduling;

import io.everynode.core.node.NodeState;
import io.everynode.core.node.Reservation;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes as the scheduler sees them, kept from one version to the next: only nodes that were touched are read again,
 * and only once a Pod needs them. Mutable, for one thread.
 */
final class NodeTable {

    /** A touched node, as it was and is; null where it is not there. */
    record Changed(NodeView before, NodeView now) {

        String name() {
            return (now == null ? before : now).node().name();
        }

        /** Whether a Pod that the node refused before may be taken now, as far as one can tell without the Pod. */
        boolean mayHelp() {
            return now != null && (before == null || !sameFacts() || freedRoom());
        }

        /** Whether the node's labels, taints and allocatable are as before. */
        boolean sameFacts() {
            return before != null && now != null && before.node().equals(now.node());
        }

        private boolean freedRoom() {
            Resources was = before.requested();
            Resources is = now.requested();
            return now.pods() < before.pods()
                    || is.milliCpu() < was.milliCpu()
                    || is.memory() < was.memory()
                    || is.ephemeralStorage() < was.ephemeralStorage()
                    || was.extended().entrySet().stream().anyMatch(one -> is.amount(one.getKey()) < one.getValue())
                    || !now.usedPorts().containsAll(before.usedPorts());
        }
    }

    private final Map<String, NodeView> views = new HashMap<>();

    /** Sorted, so that what is done about them does not depend on hashes. */
    private Set<String> touched = new TreeSet<>();

    /** @param node "" does nothing */
    void touch(String node) {
        if (!node.isEmpty()) {
            touched.add(node);
        }
    }

    void touch(Collection<String> nodes) {
        touched.addAll(nodes);
    }

    Collection<NodeView> views() {
        return views.values();
    }

    NodeView view(String node) {
        return views.get(node);
    }

    /** Reads the touched nodes again. */
    List<Changed> refresh(SchedulerView view, PlacedPods placed, TopologyIndex index) {
        List<Changed> changed = new ArrayList<>(touched.size());
        for (String name : touched) {
            NodeView now = read(view.node(name), placed.on(name));
            NodeView before = now == null ? views.remove(name) : views.put(name, now);
            index.refresh(view, name, placed);
            if (before != null || now != null) {
                changed.add(new Changed(before, now));
            }
        }
        touched = new TreeSet<>();
        return changed;
    }

    /**
     * The node with the Pods it holds and those on their way to it: a Pod counts from its proposal on, not only from
     * the node's answer.
     */
    static NodeView read(NodeState state, Collection<PodFacts> placed) {
        if (!state.exists()) {
            return null;
        }
        NodeFacts facts = state.facts();
        Resources requested = state.requested();
        int pods = state.podCount();
        Set<HostPort> ports = state.usedPorts();
        for (PodFacts pod : placed) {
            Reservation known = state.reservations().get(pod.uid());
            if (known == null || !known.accepted()) {
                requested = requested.plus(pod.requirements().requests());
                pods++;
                ports = with(ports, pod.requirements().ports());
            }
        }
        return new NodeView(facts, requested, pods, ports);
    }

    private static Set<HostPort> with(Set<HostPort> ports, List<HostPort> more) {
        if (more.isEmpty()) {
            return ports;
        }
        Set<HostPort> all = new HashSet<>(ports);
        all.addAll(more);
        return all;
    }
}
