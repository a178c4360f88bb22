package io.everynode.core.scheduling;

import io.everynode.core.placement.FitProblem;
import java.util.List;

/** The filters of one Pod that look beyond the node in question, in kube-scheduler's order. */
final class CrossNodeFilters {

    /** For Pods that no other Pod matters to. */
    static final CrossNodeFilters NONE = new CrossNodeFilters(null, null);

    private final SpreadFilter spread;
    private final AffinityFilter affinity;
    private boolean refused;

    private CrossNodeFilters(SpreadFilter spread, AffinityFilter affinity) {
        this.spread = spread;
        this.affinity = affinity;
    }

    static CrossNodeFilters of(PodFacts pod, PlacementContext context) {
        SpreadFilter spread = SpreadFilter.of(pod, context);
        AffinityFilter affinity = AffinityFilter.of(pod, context);
        return spread == null && affinity == null ? NONE : new CrossNodeFilters(spread, affinity);
    }

    /** Null when the node will do. @param away Pods of the node that are thought away */
    FitProblem check(NodeView node, Away away) {
        FitProblem problem = spread == null ? null : spread.check(node, away.forGood());
        if (problem == null && affinity != null) {
            problem = affinity.check(node, away);
        }
        refused |= problem != null;
        return problem;
    }

    /** Whether the node might do if Pods there ended. */
    static boolean removalHelps(FitProblem problem) {
        return problem != SpreadFilter.NO_LABEL && problem != AffinityFilter.AFFINITY;
    }

    /** What may help the Pod; null when no node was refused by these filters. */
    Help help() {
        List<MatchCounts> spreadCounts = spread == null ? List.of() : spread.counts();
        return !refused
                ? null
                : affinity == null ? new Help(List.of(), List.of(), spreadCounts, false) : affinity.help(spreadCounts);
    }
}
