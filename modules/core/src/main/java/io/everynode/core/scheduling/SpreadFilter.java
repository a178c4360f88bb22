package io.everynode.core.scheduling;

import io.everynode.core.placement.FitProblem;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Taint;
import io.everynode.core.placement.Toleration;
import io.everynode.core.scheduling.MatchCounts.Key;
import io.everynode.core.scheduling.MatchCounts.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Topology spread constraints with DoNotSchedule (plugins/podtopologyspread/filtering.go). Made for one Pod, then asked
 * for each node.
 */
final class SpreadFilter {

    static final FitProblem SKEW = new FitProblem("node(s) didn't match pod topology spread constraints");
    static final FitProblem NO_LABEL =
            new FitProblem("node(s) didn't match pod topology spread constraints (missing required label)");

    /**
     * @param byValue matching Pods by the topology's value, zero where a value has none
     * @param fewest of them in any value; 0 when there are fewer values than minDomains
     * @param own 1 when the Pod counts itself
     */
    private record Counted(SpreadConstraint constraint, Key key, Map<String, Integer> byValue, int fewest, int own) {}

    private final List<Counted> constraints;
    private final List<MatchCounts> counts;

    private SpreadFilter(List<Counted> constraints, List<MatchCounts> counts) {
        this.constraints = constraints;
        this.counts = counts;
    }

    List<MatchCounts> counts() {
        return counts;
    }

    /** Null when the Pod has no such constraint. */
    static SpreadFilter of(PodFacts pod, PlacementContext context) {
        List<SpreadConstraint> hard =
                pod.spread().stream().filter(SpreadConstraint::hard).toList();
        if (hard.isEmpty()) {
            return null;
        }
        List<Counted> counted = new ArrayList<>(hard.size());
        for (SpreadConstraint constraint : hard) {
            counted.add(count(pod, hard, constraint, context));
        }
        return new SpreadFilter(
                counted, hard.stream().map(one -> context.counts(key(pod, one))).toList());
    }

    static Key key(PodFacts pod, SpreadConstraint constraint) {
        return new Key(List.of(new Selection(Set.of(pod.name().namespace()), constraint.selector())), false);
    }

    private static Counted count(
            PodFacts pod, List<SpreadConstraint> all, SpreadConstraint constraint, PlacementContext context) {
        Key key = key(pod, constraint);
        MatchCounts counts = context.counts(key);
        Map<String, Integer> byValue = new HashMap<>();
        for (NodeView view : context.nodes().views()) {
            NodeFacts node = view.node();
            if (hasAll(node, all) && counts(pod, constraint, node)) {
                byValue.merge(node.labels().get(constraint.topologyKey()), counts.on(node.name()), Integer::sum);
            }
        }
        int fewest = byValue.values().stream().mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
        return new Counted(
                constraint,
                key,
                byValue,
                byValue.size() < constraint.minDomains() ? 0 : fewest,
                constraint.selector().test(pod.labels()) ? 1 : 0);
    }

    static boolean hasAll(NodeFacts node, List<SpreadConstraint> constraints) {
        for (int i = 0; i < constraints.size(); i++) {
            if (!node.labels().containsKey(constraints.get(i).topologyKey())) {
                return false;
            }
        }
        return true;
    }

    /** Whether the Pods of the node count for the constraint. */
    static boolean counts(PodFacts pod, SpreadConstraint constraint, NodeFacts node) {
        if (constraint.honorAffinity()
                && !(pod.requirements().node().matchesSelector(node)
                        && pod.requirements().node().matchesAffinity(node))) {
            return false;
        }
        if (constraint.honorTaints()) {
            for (Taint taint : node.taints()) {
                if (taint.forbidsScheduling()
                        && !Toleration.anyTolerates(pod.requirements().tolerations(), taint)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Null when the node will do.
     *
     * @param without Pods of this node that are thought away
     */
    FitProblem check(NodeView node, List<ExistingPod> without) {
        for (Counted one : constraints) {
            String value = node.node().labels().get(one.constraint().topologyKey());
            if (value == null) {
                return NO_LABEL;
            }
            int gone = one.key().count(without);
            int there = one.byValue().getOrDefault(value, 0) - gone;
            int fewest = gone > 0 ? Math.min(one.fewest(), there) : one.fewest();
            if ((long) there + one.own() - fewest > one.constraint().maxSkew()) {
                return SKEW;
            }
        }
        return null;
    }
}
