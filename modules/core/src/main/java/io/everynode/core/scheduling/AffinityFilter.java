package io.everynode.core.scheduling;

import io.everynode.core.placement.FitProblem;
import io.everynode.core.scheduling.MatchCounts.Key;
import io.everynode.core.scheduling.MatchCounts.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Required affinity and anti-affinity between Pods, in both directions (plugins/interpodaffinity/filtering.go). Made
 * for one Pod, then asked for each node.
 */
final class AffinityFilter {

    static final FitProblem AFFINITY = new FitProblem("node(s) didn't match pod affinity rules");
    static final FitProblem ANTI_AFFINITY = new FitProblem("node(s) didn't match pod anti-affinity rules");
    static final FitProblem EXISTING_ANTI_AFFINITY =
            new FitProblem("node(s) didn't satisfy existing pods anti-affinity rules");

    /** @param byValue matching Pods by the topology's value */
    private record Counted(PodTerm term, Key key, Map<String, Integer> byValue) {}

    private final PodFacts pod;
    private final Map<String, String> namespaceLabels;
    private final List<Counted> near = new ArrayList<>();
    private final List<Counted> far = new ArrayList<>();
    private final List<MatchCounts> nearCounts = new ArrayList<>();
    private final List<MatchCounts> farCounts = new ArrayList<>();

    /** How many existing Pods keep this one away, by topology key and value. */
    private final Map<String, Map<String, Long>> kept = new HashMap<>();

    /** The Pod is the first of a group that is to be together, and of it itself. */
    private final boolean first;

    private AffinityFilter(PodFacts pod, PlacementContext context) {
        this.pod = pod;
        this.namespaceLabels = context.view().namespaceLabels(pod.name().namespace());
        PodAffinity wanted = pod.affinity();
        if (!wanted.required().isEmpty()) {
            // A Pod counts for each term only if it matches all of them.
            Key key = new Key(
                    wanted.required().stream()
                            .map(term -> selection(term, context))
                            .toList(),
                    true);
            MatchCounts counts = context.counts(key);
            nearCounts.add(counts);
            for (PodTerm term : wanted.required()) {
                near.add(new Counted(term, key, counts.byValue(context.nodes(), term.topologyKey())));
            }
        }
        for (PodTerm term : wanted.requiredAnti()) {
            Key key = new Key(List.of(selection(term, context)), true);
            MatchCounts counts = context.counts(key);
            farCounts.add(counts);
            far.add(new Counted(term, key, counts.byValue(context.nodes(), term.topologyKey())));
        }
        context.withAffinity().forEach((node, pods) -> addKept(context.nodes().view(node), pods));
        this.first = near.stream().allMatch(one -> one.byValue().isEmpty())
                && wanted.required().stream().allMatch(this::meansThis);
    }

    /** Null when there is nothing that could refuse a node. */
    static AffinityFilter of(PodFacts pod, PlacementContext context) {
        AffinityFilter filter = new AffinityFilter(pod, context);
        return filter.near.isEmpty() && filter.far.isEmpty() && filter.kept.isEmpty() ? null : filter;
    }

    /** The namespaces are resolved now: upstream does so once for each Pod too. */
    static Selection selection(PodTerm term, PlacementContext context) {
        Set<String> namespaces = term.namespaces();
        if (term.namespaceSelector() != null) {
            namespaces = new TreeSet<>(namespaces);
            namespaces.addAll(context.view().namespaces(term.namespaceSelector()));
        }
        return new Selection(namespaces, term.selector());
    }

    private void addKept(NodeView node, List<ExistingPod> pods) {
        if (node == null) {
            return;
        }
        for (ExistingPod existing : pods) {
            for (PodTerm term : existing.affinity().requiredAnti()) {
                String value = node.node().labels().get(term.topologyKey());
                if (value != null && meansThis(term)) {
                    TopologyIndex.add(kept, term.topologyKey(), value, 1);
                }
            }
        }
    }

    private boolean meansThis(PodTerm term) {
        return term.matches(pod.name().namespace(), namespaceLabels, pod.labels());
    }

    Help help(List<MatchCounts> spread) {
        return new Help(nearCounts, farCounts, spread, !kept.isEmpty());
    }

    /**
     * Null when the node will do.
     *
     * @param away Pods of this node that are thought away
     */
    FitProblem check(NodeView node, Away away) {
        if (!isNear(node, away.all())) {
            return AFFINITY;
        }
        List<ExistingPod> without = away.forGood();
        for (Counted one : far) {
            String value = node.node().labels().get(one.term().topologyKey());
            if (value != null
                    && one.byValue().getOrDefault(value, 0) - one.key().count(without) > 0) {
                return ANTI_AFFINITY;
            }
        }
        for (Map.Entry<String, Map<String, Long>> entry : kept.entrySet()) {
            String value = node.node().labels().get(entry.getKey());
            Long keepers = value == null ? null : entry.getValue().get(value);
            if (keepers != null && keepers - keepersAmong(without, entry.getKey()) > 0) {
                return EXISTING_ANTI_AFFINITY;
            }
        }
        return null;
    }

    private boolean isNear(NodeView node, List<ExistingPod> without) {
        boolean there = true;
        for (Counted one : near) {
            String value = node.node().labels().get(one.term().topologyKey());
            if (value == null) {
                return false;
            }
            there &= one.byValue().getOrDefault(value, 0) - one.key().count(without) > 0;
        }
        return there || first;
    }

    private long keepersAmong(List<ExistingPod> without, String topologyKey) {
        long count = 0;
        for (ExistingPod existing : without) {
            for (PodTerm term : existing.affinity().requiredAnti()) {
                count += term.topologyKey().equals(topologyKey) && meansThis(term) ? 1 : 0;
            }
        }
        return count;
    }
}
