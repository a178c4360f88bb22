package io.everynode.core.scheduling;

import io.everynode.core.node.DaemonPod;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Chooses the Pods that are to end for others of higher priority, and remembers those that were asked to and of which
 * this is not visible yet. Part of the {@link Scheduler}, for its thread.
 */
final class Victims {

    private final NodeTable nodes;
    private final PlacedPods placed;
    private final TopologyIndex index;

    /** Pods that are to end and do not yet, by UID. */
    private final TreeMap<String, SchedulerStep.Preempt> asked = new TreeMap<>();

    Victims(NodeTable nodes, PlacedPods placed, TopologyIndex index) {
        this.nodes = nodes;
        this.placed = placed;
        this.index = index;
    }

    void add(SchedulerStep.Preempt victim) {
        asked.put(victim.podUid(), victim);
    }

    /** Nobody is to end for this Pod any more. */
    void spare(String forUid) {
        asked.values().removeIf(victim -> victim.forUid().equals(forUid));
    }

    /** Whether one was asked to end and may not have heard of it. */
    boolean awaited() {
        return !asked.isEmpty();
    }

    /** Those asked to end that still do not, by UID. */
    Collection<SchedulerStep.Preempt> unheard(SchedulerView view) {
        asked.values().removeIf(victim -> ends(view, victim));
        return asked.values();
    }

    /** Whether Pods of lower priority are on their way out there. */
    boolean leave(SchedulerView view, PodFacts pod, String node) {
        return below(view, pod, node).stream().anyMatch(victim -> victim.terminating() || isAsked(victim));
    }

    /**
     * The best node with the Pods that would have to end there.
     *
     * @param resolvable nodes where the Pod might fit once others ended
     * @return null when ending Pods does not help
     */
    Preemption.Choice choose(
            SchedulerView view, PodFacts pod, CrossNodeFilters others, Collection<NodeView> resolvable) {
        Preemption.Choice best = null;
        int found = 0;
        Preemption.Fit fit = Preemption.fit(pod.requirements(), others);
        List<NodeView> candidates = new ArrayList<>(resolvable);
        candidates.sort(Comparator.comparing(node -> node.node().name()));
        for (NodeView node : candidates) {
            String name = node.node().name();
            if (!Victim.anyBelow(pod.priority(), view.node(name), placed.on(name))) {
                continue;
            }
            List<Victim> lower = below(view, pod, name);
            lower.replaceAll(victim -> isAsked(victim) ? victim.ending() : victim);
            Preemption.Choice choice = Preemption.on(node, lower, fit);
            if (choice != null) {
                best = best == null || Preemption.BEST.compare(choice, best) < 0 ? choice : best;
                if (++found == Preemption.candidates(nodes.views().size())) {
                    break;
                }
            }
        }
        return best;
    }

    private List<Victim> below(SchedulerView view, PodFacts pod, String node) {
        return Victim.below(
                pod.priority(),
                "",
                view.node(node),
                placed.on(node),
                index.existing().on(view, node, placed));
    }

    private boolean isAsked(Victim victim) {
        return asked.containsKey(victim.uid());
    }

    private static boolean ends(SchedulerView view, SchedulerStep.Preempt victim) {
        DaemonPod daemon = view.node(victim.node()).pods().get(victim.podUid());
        if (daemon != null) {
            return daemon.terminating();
        }
        PodState state = view.pod(victim.pod());
        return state == null
                || !state.uid().equals(victim.podUid())
                || Json.at(state.object().tree(), "metadata").has("deletionTimestamp");
    }
}
