package io.everynode.core.scheduling;

import java.util.List;
import java.util.Map;

/** What a Pod is placed by beside the nodes themselves: the other Pods, at one version. For one thread. */
record PlacementContext(SchedulerView view, NodeTable nodes, PlacedPods placed, TopologyIndex index) {

    MatchCounts counts(MatchCounts.Key key) {
        return index.counts(key, view, nodes.views(), placed);
    }

    Map<String, List<ExistingPod>> withAffinity() {
        return index.withAffinity();
    }
}
