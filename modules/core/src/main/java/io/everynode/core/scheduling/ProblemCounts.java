package io.everynode.core.scheduling;

import io.everynode.core.placement.FitProblem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** On how many nodes a Pod met each problem. Mutable, for one thread. */
final class ProblemCounts {

    private final Map<FitProblem, Integer> counts = new HashMap<>();

    void add(NodeView node, List<FitProblem> problemsOfNode) {
        for (int i = 0; i < problemsOfNode.size(); i++) {
            counts.merge(problemsOfNode.get(i), 1, Integer::sum);
        }
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
        return "0/" + nodes + " nodes are available: " + String.join(", ", texts) + ".";
    }
}
