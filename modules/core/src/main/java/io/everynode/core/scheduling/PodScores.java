package io.everynode.core.scheduling;

import io.everynode.core.placement.NodeFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How well nodes suit a Pod for the sake of other Pods: preferred affinity in both directions and ScheduleAnyway
 * spreading (plugins/interpodaffinity/scoring.go, plugins/podtopologyspread/scoring.go). Made for one Pod and the nodes
 * that it fits on.
 */
final class PodScores {

    /** What an existing Pod's required affinity to this one is worth (HardPodAffinityWeight). */
    private static final long REQUIRED_WEIGHT = 1;

    private final long[] affinity;
    private final long[] spread;

    private PodScores(long[] affinity, long[] spread) {
        this.affinity = affinity;
        this.spread = spread;
    }

    /** Null when other Pods do not matter. */
    static PodScores of(PodFacts pod, PlacementContext context, List<NodeView> nodes) {
        long[] affinity = affinity(pod, context, nodes);
        long[] spread = spread(pod, context, nodes);
        return affinity == null && spread == null ? null : new PodScores(affinity, spread);
    }

    /** 0 to {@link PodPlacement#MAX_SCORE} for the node at this place of the list. */
    long affinity(int i) {
        return affinity == null ? 0 : affinity[i];
    }

    long spread(int i) {
        return spread == null ? 0 : spread[i];
    }

    private static long[] affinity(PodFacts pod, PlacementContext context, List<NodeView> nodes) {
        Map<String, Map<String, Long>> sums = new HashMap<>();
        pod.affinity().preferred().forEach(one -> addMatching(sums, one.term(), one.weight(), context));
        pod.affinity().preferredAnti().forEach(one -> addMatching(sums, one.term(), -one.weight(), context));
        Map<String, String> namespaceLabels =
                context.view().namespaceLabels(pod.name().namespace());
        context.withAffinity().forEach((name, pods) -> {
            NodeView node = context.nodes().view(name);
            for (ExistingPod existing : node == null ? List.<ExistingPod>of() : pods) {
                PodAffinity theirs = existing.affinity();
                theirs.required().forEach(term -> addTheirs(sums, term, REQUIRED_WEIGHT, pod, namespaceLabels, node));
                theirs.preferred()
                        .forEach(one -> addTheirs(sums, one.term(), one.weight(), pod, namespaceLabels, node));
                theirs.preferredAnti()
                        .forEach(one -> addTheirs(sums, one.term(), -one.weight(), pod, namespaceLabels, node));
            }
        });
        if (sums.isEmpty()) {
            return null;
        }
        long[] scores = new long[nodes.size()];
        for (int i = 0; i < scores.length; i++) {
            NodeFacts node = nodes.get(i).node();
            for (Map.Entry<String, Map<String, Long>> entry : sums.entrySet()) {
                String value = node.labels().get(entry.getKey());
                scores[i] += value == null ? 0 : entry.getValue().getOrDefault(value, 0L);
            }
        }
        return stretched(scores);
    }

    private static void addMatching(
            Map<String, Map<String, Long>> sums, PodTerm term, long weight, PlacementContext context) {
        MatchCounts.Key key = new MatchCounts.Key(List.of(AffinityFilter.selection(term, context)), true);
        context.counts(key)
                .byValue(context.nodes(), term.topologyKey())
                .forEach((value, count) -> TopologyIndex.add(sums, term.topologyKey(), value, weight * count));
    }

    private static void addTheirs(
            Map<String, Map<String, Long>> sums,
            PodTerm term,
            long weight,
            PodFacts pod,
            Map<String, String> namespaceLabels,
            NodeView node) {
        String value = node.node().labels().get(term.topologyKey());
        if (value != null && term.matches(pod.name().namespace(), namespaceLabels, pod.labels())) {
            TopologyIndex.add(sums, term.topologyKey(), value, weight);
        }
    }

    /** The lowest becomes 0 and the highest the maximum; all are 0 when they are equal. */
    private static long[] stretched(long[] scores) {
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
        for (long score : scores) {
            lowest = Math.min(lowest, score);
            highest = Math.max(highest, score);
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] = highest == lowest ? 0 : PodPlacement.MAX_SCORE * (scores[i] - lowest) / (highest - lowest);
        }
        return scores;
    }

    private static long[] spread(PodFacts pod, PlacementContext context, List<NodeView> nodes) {
        List<SpreadConstraint> soft =
                pod.spread().stream().filter(one -> !one.hard()).toList();
        if (soft.isEmpty()) {
            return null;
        }
        double[] crowd = new double[nodes.size()];
        List<Integer> judged = new ArrayList<>();
        for (int i = 0; i < crowd.length; i++) {
            if (SpreadFilter.hasAll(nodes.get(i).node(), soft)) {
                judged.add(i);
            }
        }
        for (SpreadConstraint constraint : soft) {
            MatchCounts counts = context.counts(SpreadFilter.key(pod, constraint));
            Map<String, Integer> byValue = new HashMap<>();
            for (NodeView view : context.nodes().views()) {
                NodeFacts node = view.node();
                String value = node.labels().get(constraint.topologyKey());
                if (value != null && SpreadFilter.hasAll(node, soft) && SpreadFilter.counts(pod, constraint, node)) {
                    byValue.merge(value, counts.on(node.name()), Integer::sum);
                }
            }
            Set<String> values = new HashSet<>();
            judged.forEach(i -> values.add(nodes.get(i).node().labels().get(constraint.topologyKey())));
            // The more places there are, the more one Pod more matters.
            double weight = Math.log(values.size() + 2.0);
            for (int i : judged) {
                String value = nodes.get(i).node().labels().get(constraint.topologyKey());
                crowd[i] += byValue.getOrDefault(value, 0) * weight + (constraint.maxSkew() - 1);
            }
        }
        return emptiestFirst(crowd, judged);
    }

    /** Nodes without the labels stay at 0. */
    private static long[] emptiestFirst(double[] crowd, List<Integer> judged) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int i : judged) {
            long rounded = Math.round(crowd[i]);
            least = Math.min(least, rounded);
            most = Math.max(most, rounded);
        }
        long[] scores = new long[crowd.length];
        for (int i : judged) {
            scores[i] = most == 0
                    ? PodPlacement.MAX_SCORE
                    : (long) (PodPlacement.MAX_SCORE * (most + least - Math.round(crowd[i])) / most);
        }
        return scores;
    }
}
