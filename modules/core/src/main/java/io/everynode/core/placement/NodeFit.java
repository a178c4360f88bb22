package io.everynode.core.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a Pod can go to a node as far as that node alone decides it: what the Node decides for its own Pods and what
 * the scheduler filters with. Pure.
 */
public final class NodeFit {

    private static final Taint CORDON = new Taint(Taint.UNSCHEDULABLE, "", Taint.NO_SCHEDULE);

    private NodeFit() {}

    /**
     * Asks kube-scheduler's filters in its order (NodeUnschedulable, NodeName, TaintToleration, NodeAffinity,
     * NodePorts, NodeResourcesFit) and gives the problems of the first one that refuses; empty when the Pod fits. Only
     * lacking resources can be several problems: too many Pods, then cpu, memory, ephemeral-storage and the others by
     * name. A resource of which the Pod requests nothing is never lacking.
     *
     * @param requested the sum of the requests of the Pods on the node, without this Pod
     * @param podsOnNode how many Pods are on the node, without this Pod
     * @param usedPorts the ports these Pods claim
     */
    public static List<FitProblem> check(
            NodeFacts node, Resources requested, int podsOnNode, Set<HostPort> usedPorts, PodRequirements pod) {
        if (node.unschedulable() && !Toleration.anyTolerates(pod.tolerations(), CORDON)) {
            return List.of(FitProblem.UNSCHEDULABLE);
        }
        if (!pod.node().matchesName(node)) {
            return List.of(FitProblem.OTHER_NODE);
        }
        for (int i = 0; i < node.taints().size(); i++) {
            Taint taint = node.taints().get(i);
            if (taint.forbidsScheduling() && !Toleration.anyTolerates(pod.tolerations(), taint)) {
                return List.of(FitProblem.untolerated(taint));
            }
        }
        if (!pod.node().matchesSelector(node) || !pod.node().matchesAffinity(node)) {
            return List.of(FitProblem.AFFINITY);
        }
        for (int i = 0; i < pod.ports().size(); i++) {
            if (pod.ports().get(i).conflictsWithAny(usedPorts)) {
                return List.of(FitProblem.PORTS);
            }
        }
        return lacking(node, requested, podsOnNode, pod.requests());
    }

    /**
     * Whether the node might take the Pod if Pods there ended: false for what does not depend on them, and for more
     * than the whole node has (framework.UnschedulableAndUnresolvable).
     */
    public static boolean removalHelps(NodeFacts node, PodRequirements pod, List<FitProblem> problems) {
        for (int i = 0; i < problems.size(); i++) {
            FitProblem problem = problems.get(i);
            if (!problem.equals(FitProblem.PORTS) && !problem.isLack()) {
                return false;
            }
        }
        return lacking(node, Resources.ZERO, 0, pod.requests()).isEmpty();
    }

    private static List<FitProblem> lacking(NodeFacts node, Resources requested, int podsOnNode, Resources wanted) {
        Resources allocatable = node.allocatable();
        List<FitProblem> problems = List.of();
        if (podsOnNode + 1L > node.allocatablePods()) {
            problems = with(problems, FitProblem.TOO_MANY_PODS);
        }
        if (lacks(wanted.milliCpu(), requested.milliCpu(), allocatable.milliCpu())) {
            problems = with(problems, FitProblem.CPU);
        }
        if (lacks(wanted.memory(), requested.memory(), allocatable.memory())) {
            problems = with(problems, FitProblem.MEMORY);
        }
        if (lacks(wanted.ephemeralStorage(), requested.ephemeralStorage(), allocatable.ephemeralStorage())) {
            problems = with(problems, FitProblem.EPHEMERAL_STORAGE);
        }
        if (!wanted.extended().isEmpty()) {
            for (Map.Entry<String, Long> entry : wanted.extended().entrySet()) {
                String name = entry.getKey();
                if (lacks(entry.getValue(), requested.amount(name), allocatable.amount(name))) {
                    problems = with(problems, FitProblem.insufficient(name));
                }
            }
        }
        return problems;
    }

    private static boolean lacks(long wanted, long requested, long allocatable) {
        return wanted > 0 && wanted > Resources.subtract(allocatable, requested);
    }

    /** A list is made only once there is a problem, as nearly every check finds none. */
    private static List<FitProblem> with(List<FitProblem> problems, FitProblem problem) {
        List<FitProblem> list = problems.isEmpty() ? new ArrayList<>() : problems;
        list.add(problem);
        return list;
    }
}
