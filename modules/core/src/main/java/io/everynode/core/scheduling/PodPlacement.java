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
 *   <li>1 × least allocated: what share of the CPU, the memory and the number of Pods is left with this Pod, on
 *       average. Counting Pods spreads those without requests, for which kube-scheduler assumes requests instead.
 * </ul>
 *
 * <p>Among equals the first name wins.
 */
public final class PodPlacement {

    static final long MAX_SCORE = 10_000;
    private static final long TAINT_WEIGHT = 3;
    private static final long AFFINITY_WEIGHT = 2;

    private PodPlacement() {}

    public static Placement choose(PodRequirements pod, Collection<NodeView> nodes) {
        return choose(pod, List.of(), nodes);
    }

    public static Placement choose(PodRequirements pod, List<PreferredTerm> preferred, Collection<NodeView> nodes) {
        List<NodeView> fitting = new ArrayList<>();
        ProblemCounts problems = new ProblemCounts();
        for (NodeView view : nodes) {
            List<FitProblem> found = NodeFit.check(view.node(), view.requested(), view.pods(), view.usedPorts(), pod);
            if (found.isEmpty()) {
                fitting.add(view);
            } else {
                problems.add(found);
            }
        }
        return fitting.isEmpty()
                ? new Placement.Unschedulable(problems.message(nodes.size()))
                : new Placement.Chosen(best(pod, preferred, fitting));
    }

    private static String best(PodRequirements pod, List<PreferredTerm> preferred, List<NodeView> nodes) {
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
            long score = leastAllocated(view, pod);
            if (mostTaints > 0) {
                score += TAINT_WEIGHT * (MAX_SCORE - MAX_SCORE * unwantedTaints(node, pod) / mostTaints);
            }
            if (mostPreference > 0) {
                score += AFFINITY_WEIGHT * (MAX_SCORE * preference(node, preferred) / mostPreference);
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
        NodeFacts node = view.node();
        double left = share(
                        node.allocatable().milliCpu(),
                        view.requested().milliCpu(),
                        pod.requests().milliCpu())
                + share(
                        node.allocatable().memory(),
                        view.requested().memory(),
                        pod.requests().memory())
                + share(node.allocatablePods(), view.pods(), 1);
        return (long) (MAX_SCORE * left / 3);
    }

    /** Which share of the whole is left, 0 to 1; 0 where there is nothing to share. */
    private static double share(long whole, long taken, long wanted) {
        double left = (double) whole - taken - wanted;
        return whole <= 0 || left <= 0 ? 0 : Math.min(1, left / whole);
    }
}
