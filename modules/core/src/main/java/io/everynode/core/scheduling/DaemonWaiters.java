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

    private static final Comparator<DaemonPod> ORDER = Comparator.comparingInt(
                    (DaemonPod pod) -> -pod.createdBy().priority())
            .thenComparingLong(pod -> pod.createdBy().incarnation());

    private final Room room;
    private final Holds holds;
    private final Victims victims;
    private final Set<String> nodes = new HashSet<>();
    private final TreeSet<String> toLook = new TreeSet<>();

    DaemonWaiters(Room room, Holds holds, Victims victims) {
        this.room = room;
        this.holds = holds;
        this.victims = victims;
    }

    /** These nodes have waiting daemon Pods. */
    void waitOn(Collection<String> names) {
        nodes.addAll(names);
        toLook.addAll(names);
    }

    /** These nodes changed, or what is held there. */
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
    List<SchedulerStep> next(SchedulerView view, PlacedPods placed) {
        String node = toLook.pollFirst();
        NodeState state = view.node(node);
        List<DaemonPod> waiting = waiting(state);
        forgetOthers(node, state, waiting);
        if (waiting.isEmpty()) {
            nodes.remove(node);
            return List.of();
        }
        waiting.sort(ORDER);
        NodeView there = NodeTable.read(state, placed.on(node));
        List<SchedulerStep> steps = new ArrayList<>();
        for (DaemonPod pod : waiting) {
            if (makeRoom(view, there, pod, steps)) {
                // One after the other: what is freed for this one changes what the next one needs.
                break;
            }
        }
        return steps;
    }

    private static List<DaemonPod> waiting(NodeState state) {
        List<DaemonPod> waiting = new ArrayList<>();
        if (state.exists()) {
            for (DaemonPod pod : state.pods().values()) {
                if (!pod.bound() && pod.live()) {
                    waiting.add(pod);
                }
            }
        }
        return waiting;
    }

    /** Daemon Pods that wait no longer need no room made. */
    private void forgetOthers(String node, NodeState state, List<DaemonPod> waiting) {
        for (Holds.Hold hold : holds.on(node)) {
            if (hold.daemon() && waiting.stream().noneMatch(pod -> pod.uid().equals(hold.uid()))) {
                if (state.nominations().containsKey(hold.uid())) {
                    holds.release(hold.uid());
                } else {
                    holds.end(hold.uid());
                }
            }
        }
    }

    private static boolean preempts(SchedulerView view, DaemonPod pod) {
        JsonNode template = view.template(pod.createdBy().template());
        return template == null
                || !Json.text(template, "spec", "preemptionPolicy").equals(PriorityAdmission.NEVER);
    }

    /** Whether room comes free for the Pod. */
    private boolean makeRoom(SchedulerView view, NodeView there, DaemonPod pod, List<SchedulerStep> steps) {
        int priority = pod.createdBy().priority();
        PodRequirements wanted =
                new PodRequirements(NodeRequirements.ANY, EVERYTHING, pod.requests(), pod.ports(), priority);
        NodeView now = room.now(there, pod.uid(), priority);
        if (Room.fits(now, wanted) || !preempts(view, pod)) {
            return false;
        }
        String node = there.node().name();
        if (holds.of(pod.uid()) != null && Room.fits(room.soon(view, now, priority, pod.daemonSetUid()), wanted)) {
            return true;
        }
        List<Victim> lower = room.lower(view, node, priority, pod.daemonSetUid());
        Preemption.Choice choice = Preemption.on(
                now,
                lower,
                BudgetViolations.among(lower, view::budgets),
                Preemption.fit(wanted, CrossNodeFilters.NONE));
        if (choice == null) {
            holds.release(pod.uid());
            return false;
        }
        holds.keep(new Holds.Hold(pod.uid(), node, pod.requests(), pod.ports(), priority, true));
        steps.addAll(victims.end(choice, pod.uid()));
        return true;
    }
}
