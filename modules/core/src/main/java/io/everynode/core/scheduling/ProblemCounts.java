package io.everynode.core.scheduling;

import io.everynode.core.placement.FitProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** On how many nodes a Pod met each problem. Mutable, for one thread. */
final class ProblemCounts {

    private final Map<FitProblem, Integer> counts = new HashMap<>();
    private final List<NodeView> resolvable = new ArrayList<>();

    /** @param removalHelps whether the node might do if Pods there ended */
    void add(NodeView node, List<FitProblem> problemsOfNode, boolean removalHelps) {
        for (int i = 0; i < problemsOfNode.size(); i++) {
            counts.merge(problemsOfNode.get(i), 1, Integer::sum);
        }
        if (removalHelps) {
            resolvable.add(node);
        }
    }

    /** The nodes that might do if Pods there ended. */
    List<NodeView> resolvable() {
        return resolvable;
    }

    /**
     * kube-scheduler's sentence (pkg/scheduler/framework/types.go, FitError): each problem with its number of nodes,
     * sorted as texts, so that "10 …" stands before "2 …".
     */
    String message(int nodes) {
        if (nodes == 0) {
            return "no nodes available to schedule pods";
        }
        List<String> texts = counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey().reason())
                .sorted()
                .toList();
        return available(nodes, texts);
    }

    private static String available(int nodes, List<String> texts) {
        return "0/" + nodes + " nodes are available: " + String.join(", ", texts) + ".";
    }

    /** What is said behind it when no Pods of lower priority can make room; "" without any nodes. */
    String noVictims(int nodes) {
        if (nodes == 0) {
            return "";
        }
        List<String> texts = new ArrayList<>(2);
        if (!resolvable.isEmpty()) {
            texts.add(resolvable.size() + " No preemption victims found for incoming pod");
        }
        if (resolvable.size() < nodes) {
            texts.add(nodes - resolvable.size() + " Preemption is not helpful for scheduling");
        }
        texts.sort(null);
        return " preemption: " + available(nodes, texts);
    }
}
