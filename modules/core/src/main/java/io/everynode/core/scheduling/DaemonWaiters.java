package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.NodeRequirements;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Toleration;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Daemon Pods that wait for room on their node, as far as Pods of lower priority have to end for them. The Node itself
 * binds them once there is room; here only victims are chosen. Mutable, for one thread; bounded by the nodes.
 */
final class DaemonWaiters {

    /** Only room is in question: the node was picked when the Pod was made. */
    private static final List<Toleration> EVERYTHING = List.of(new Toleration("", Toleration.EXISTS, "", "", null));

    private final Holds holds;
    private final Set<String> held = new HashSet<>();
    private final Set<String> nodes = new HashSet<>();
    private TreeSet<String> toLook = new TreeSet<>();

    DaemonWaiters(Holds holds) {
        this.holds = holds;
    }

    /** These nodes have waiting daemon Pods. */
    void waitOn(Collection<String> names) {
        nodes.addAll(names);
        toLook.addAll(names);
    }

    /** These nodes changed. */
    void touched(Collection<String> names) {
        if (!nodes.isEmpty()) {
            for (String name : names) {
                if (nodes.contains(name)) {
                    toLook.add(name);
                }
            }
        }
    }

    boolean hasMore() {
        return !toLook.isEmpty();
    }

    /** The node that {@link #next} is about; there must be one. */
    String first() {
        return toLook.first();
    }

    /** What has to be done on one node that changed. */
    List<SchedulerStep> next(SchedulerView view, PlacedPods placed, ExistingPods existing) {
        String node = toLook.pollFirst();
        NodeState state = view.node(node);
        List<DaemonPod> waiting = new ArrayList<>();
        for (DaemonPod pod : state.pods().values()) {
            if (!pod.bound() && pod.live()) {
                waiting.add(pod);
            }
        }
        List<SchedulerStep> steps = new ArrayList<>();
        for (Holds.Hold hold : holds.on(node)) {
            DaemonPod pod = state.pods().get(hold.uid());
            if (held.contains(hold.uid()) && (pod == null || pod.bound() || !pod.live())) {
                held.remove(hold.uid());
                holds.remove(hold.uid());
            }
        }
        if (waiting.isEmpty() || !state.exists()) {
            nodes.remove(node);
            return steps;
        }
        waiting.sort(Comparator.comparingInt((DaemonPod pod) -> -pod.createdBy().priority())
                .thenComparingLong(pod -> pod.createdBy().incarnation()));
        for (DaemonPod pod : waiting) {
            if (preempts(view, pod) && makeRoom(view, state, node, pod, placed, existing, steps)) {
                // One after the other: what is freed for this one changes what the next one needs.
                break;
            }
        }
        return steps;
    }

    private static boolean preempts(SchedulerView view, DaemonPod pod) {
        JsonNode template = view.template(pod.createdBy().template());
        return template == null
                || !Json.text(template, "spec", "preemptionPolicy").equals(PriorityAdmission.NEVER);
    }

    private boolean makeRoom(
            SchedulerView view,
            NodeState state,
            String node,
            DaemonPod pod,
            PlacedPods placed,
            ExistingPods existing,
            List<SchedulerStep> steps) {
        int priority = pod.createdBy().priority();
        PodRequirements wanted =
                new PodRequirements(NodeRequirements.ANY, EVERYTHING, pod.requests(), pod.ports(), priority);
        NodeView seen = holds.seenBy(NodeTable.read(state, placed.on(node)), pod.uid(), priority);
        Preemption.Fit fit = Preemption.fit(wanted, CrossNodeFilters.NONE);
        if (fit.fits(seen, List.of())) {
            return false;
        }
        List<Victim> lower =
                Victim.below(priority, pod.daemonSetUid(), state, placed.on(node), existing.on(view, node, placed));
        Preemption.Choice choice = Preemption.on(seen, lower, fit);
        if (choice == null) {
            return false;
        }
        if (holds.of(pod.uid()) == null || !choice.victims().isEmpty()) {
            held.add(pod.uid());
            holds.put(new Holds.Hold(pod.uid(), node, pod.requests(), pod.ports(), priority));
            steps.add(new SchedulerStep.Nominate(node, pod.uid(), pod.requests(), pod.ports(), priority, true));
        }
        for (Victim victim : choice.victims()) {
            steps.add(new SchedulerStep.Preempt(victim.pod(), victim.uid(), node, pod.uid()));
        }
        return true;
    }
}
