package io.everynode.core.scheduling;

import io.everynode.core.placement.FitProblem;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.NodeFit;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Taint;
import io.everynode.core.placement.Toleration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Picks a node for an ordinary Pod. Pure and deterministic: the same nodes in any order give the same answer. Takes
 * time in proportion to the number of nodes.
 *
 * <p>Of the nodes that the Pod fits on, the one with the highest sum of these scores wins, each between 0 and
 * {@link #MAX_SCORE} and weighted as by kube-scheduler:
 *
 * <ul>
 *   <li>3 × fewest PreferNoSchedule taints that the Pod does not tolerate, in relation to the worst node
 *   <li>2 × matching preferred node affinity, in relation to the best node
 *   <li>2 × preferred affinity and anti-affinity between Pods, and 2 × ScheduleAnyway spreading ({@link PodScores})
 *   <li>1 × least allocated: what share of the CPU, the memory and the number of Pods is left with this Pod, on
 *       average. Counting Pods spreads those without requests, for which kube-scheduler assumes requests instead.
 *   <li>1 × balanced: how close the shares of CPU and memory in use are to each other with this Pod
 * </ul>
 *
 * <p>Among equals the first name wins.
 */
public final class PodPlacement {

    static final long MAX_SCORE = 10_000;
    private static final long TAINT_WEIGHT = 3;
    private static final long AFFINITY_WEIGHT = 2;
    private static final long POD_AFFINITY_WEIGHT = 2;
    private static final long SPREAD_WEIGHT = 2;

    private PodPlacement() {}

    /** As far as each node alone decides it. */
    public static Placement choose(PodRequirements pod, Collection<NodeView> nodes) {
        return choose(pod, List.of(), nodes);
    }

    /** As far as each node alone decides it. */
    public static Placement choose(PodRequirements pod, List<PreferredTerm> preferred, Collection<NodeView> nodes) {
        ProblemCounts problems = new ProblemCounts();
        List<NodeView> fitting = fitting(pod, "", nodes, null, CrossNodeFilters.NONE, problems);
        return fitting.isEmpty()
                ? new Placement.Unschedulable(problems.message(nodes.size()))
                : new Placement.Chosen(best(pod, preferred, fitting, null));
    }

    /**
     * The nodes that pass all filters, as the Pod sees them; what the others lack goes into {@code problems}.
     *
     * @param holds null for none
     */
    static List<NodeView> fitting(
            PodRequirements pod,
            String uid,
            Collection<NodeView> nodes,
            Holds holds,
            CrossNodeFilters others,
            ProblemCounts problems) {
        List<NodeView> fitting = new ArrayList<>();
        for (NodeView view : nodes) {
            NodeView seen = holds == null ? view : holds.seenBy(view, uid, pod.priority());
            List<FitProblem> found = NodeFit.check(seen.node(), seen.requested(), seen.pods(), seen.usedPorts(), pod);
            if (!found.isEmpty()) {
                problems.add(seen, found, NodeFit.removalHelps(seen.node(), pod, found));
                continue;
            }
            FitProblem problem = others.check(seen, Away.NOBODY);
            if (problem == null) {
                fitting.add(seen);
            } else {
                problems.add(seen, List.of(problem), CrossNodeFilters.removalHelps(problem));
            }
        }
        return fitting;
    }

    /** @param scores of the same nodes for the sake of other Pods; null when these do not matter */
    static String best(PodRequirements pod, List<PreferredTerm> preferred, List<NodeView> nodes, PodScores scores) {
        long mostTaints = 0;
        long mostPreference = 0;
        for (int i = 0; i < nodes.size(); i++) {
            NodeFacts node = nodes.get(i).node();
            mostTaints = Math.max(mostTaints, unwantedTaints(node, pod));
            mostPreference = Math.max(mostPreference, preference(node, preferred));
        }
        String best = "";
        long bestScore = Long.MIN_VALUE;
        for (int i = 0; i < nodes.size(); i++) {
            NodeView view = nodes.get(i);
            NodeFacts node = view.node();
            long score = leastAllocated(view, pod) + balanced(view, pod);
            if (mostTaints > 0) {
                score += TAINT_WEIGHT * (MAX_SCORE - MAX_SCORE * unwantedTaints(node, pod) / mostTaints);
            }
            if (mostPreference > 0) {
                score += AFFINITY_WEIGHT * (MAX_SCORE * preference(node, preferred) / mostPreference);
            }
            if (scores != null) {
                score += POD_AFFINITY_WEIGHT * scores.affinity(i) + SPREAD_WEIGHT * scores.spread(i);
            }
            if (score > bestScore || (score == bestScore && node.name().compareTo(best) < 0)) {
                best = node.name();
                bestScore = score;
            }
        }
        return best;
    }

    private static long unwantedTaints(NodeFacts node, PodRequirements pod) {
        long count = 0;
        for (int i = 0; i < node.taints().size(); i++) {
            Taint taint = node.taints().get(i);
            if (taint.effect().equals(Taint.PREFER_NO_SCHEDULE) && !Toleration.anyTolerates(pod.tolerations(), taint)) {
                count++;
            }
        }
        return count;
    }

    private static long preference(NodeFacts node, List<PreferredTerm> preferred) {
        long sum = 0;
        for (int i = 0; i < preferred.size(); i++) {
            PreferredTerm term = preferred.get(i);
            if (term.weight() > 0 && term.preference().matches(node)) {
                sum += term.weight();
            }
        }
        return sum;
    }

    private static long leastAllocated(NodeView view, PodRequirements pod) {
        return (long) (MAX_SCORE
                * (cpuLeft(view, pod)
                        + memoryLeft(view, pod)
                        + share(view.node().allocatablePods(), view.pods(), 1))
                / 3);
    }

    /** The standard deviation of two shares is half their distance (plugins/noderesources/balanced_allocation.go). */
    private static long balanced(NodeView view, PodRequirements pod) {
        return (long) (MAX_SCORE * (1 - Math.abs(cpuLeft(view, pod) - memoryLeft(view, pod)) / 2));
    }

    private static double cpuLeft(NodeView view, PodRequirements pod) {
        return share(
                view.node().allocatable().milliCpu(),
                view.requested().milliCpu(),
                pod.requests().milliCpu());
    }

    private static double memoryLeft(NodeView view, PodRequirements pod) {
        return share(
                view.node().allocatable().memory(),
                view.requested().memory(),
                pod.requests().memory());
    }

    /** Which share of the whole is left, 0 to 1; 0 where there is nothing to share. */
    private static double share(long whole, long taken, long wanted) {
        double left = (double) whole - taken - wanted;
        return whole <= 0 || left <= 0 ? 0 : Math.min(1, left / whole);
    }
}
