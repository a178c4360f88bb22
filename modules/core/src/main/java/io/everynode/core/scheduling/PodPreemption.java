package io.everynode.core.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Makes room for ordinary Pods that fit nowhere: nominates a node and has Pods of lower priority end there. Part of the
 * {@link Scheduler}, for its thread.
 */
final class PodPreemption {

    private final NodeTable nodes;
    private final Room room;
    private final Holds holds;
    private final Victims victims;

    PodPreemption(NodeTable nodes, Room room, Holds holds, Victims victims) {
        this.nodes = nodes;
        this.room = room;
        this.holds = holds;
        this.victims = victims;
    }

    /**
     * Leaves a nomination alone while its room comes free; otherwise chooses anew, and takes it back when no choice
     * helps.
     *
     * @param problems of the nodes
     * @param steps gets the victims
     * @return what is to be said of it behind the Pod's message; begins with a blank or is ""
     */
    String makeRoom(
            SchedulerView view,
            PodFacts pod,
            CrossNodeFilters others,
            ProblemCounts problems,
            List<SchedulerStep> steps) {
        if (!pod.preempts()) {
            holds.release(pod.uid());
            return " preemption: not eligible due to preemptionPolicy=Never.";
        }
        Holds.Hold hold = holds.of(pod.uid());
        NodeView nominated = hold == null ? null : nodes.view(hold.node());
        if (nominated != null && room.comesFree(view, nominated, pod, others)) {
            return " preemption: not eligible due to a terminating pod on the nominated node.";
        }
        Preemption.Choice best = choose(view, pod, others, problems.resolvable());
        if (best == null) {
            holds.release(pod.uid());
            return problems.noVictims(nodes.views().size());
        }
        holds.keep(Holds.Hold.of(pod, best.node()));
        steps.addAll(victims.end(best, pod.uid()));
        return "";
    }

    /** The Pod is on its way: from now on it counts itself. */
    void goes(String uid, String node) {
        Holds.Hold hold = holds.of(uid);
        if (hold != null && hold.node().equals(node)) {
            // The node forgets by itself what it kept for the Pod, once it takes it.
            holds.end(uid);
        }
        holds.release(uid);
    }

    /**
     * The best node with the Pods that would have to end there.
     *
     * @param resolvable nodes where the Pod might fit once others ended, as it sees them
     * @return null when ending Pods does not help
     */
    private Preemption.Choice choose(
            SchedulerView view, PodFacts pod, CrossNodeFilters others, Collection<NodeView> resolvable) {
        Preemption.Choice best = null;
        int found = 0;
        Preemption.Fit fit = Preemption.fit(pod.requirements(), others);
        List<NodeView> candidates = new ArrayList<>(resolvable);
        candidates.sort(Comparator.comparing(node -> node.node().name()));
        for (NodeView node : candidates) {
            String name = node.node().name();
            if (!room.anyLower(view, name, pod.priority())) {
                continue;
            }
            List<Victim> lower = room.lower(view, name, pod.priority(), "");
            Preemption.Choice choice = Preemption.on(node, lower, BudgetViolations.among(lower, view::budgets), fit);
            if (choice != null) {
                best = best == null || Preemption.BEST.compare(choice, best) < 0 ? choice : best;
                if (++found == Preemption.candidates(nodes.views().size())) {
                    break;
                }
            }
        }
        return best;
    }
}
