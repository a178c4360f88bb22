package io.everynode.core.scheduling;

import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.NodeFit;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Resources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which Pods of lower priority have to end so that a Pod fits (framework/preemption, plugins/defaultpreemption). Pure.
 * PodDisruptionBudgets are a preference: what would go against one stays if it can, and a node where less does is
 * better.
 */
final class Preemption {

    /** Nodes that are weighed against each other: a tenth of all, and this many at least. */
    private static final int MIN_CANDIDATES = 100;

    private static final int CANDIDATES_DIVISOR = 10;

    /**
     * @param violations how many of them go against a PodDisruptionBudget
     * @param victims that are to be ended, the most important first; Pods that end already are waited for and not among
     *     them
     */
    record Choice(String node, int violations, List<Victim> victims) {

        private long highest() {
            return victims.isEmpty() ? Long.MIN_VALUE : victims.get(0).priority();
        }

        private long sum() {
            // Shifted, so that more Pods of negative priority do not count for less.
            return victims.stream()
                    .mapToLong(victim -> victim.priority() + (1L << 31))
                    .sum();
        }

        private String oldestOfHighest() {
            return victims.isEmpty() ? "" : victims.get(0).since();
        }
    }

    /** pickOneNodeForPreemption: each rule decides among those that the ones before leave equal. */
    static final Comparator<Choice> BEST = Comparator.comparingInt(Choice::violations)
            .thenComparingLong(Choice::highest)
            .thenComparingLong(Choice::sum)
            .thenComparingInt(choice -> choice.victims().size())
            .thenComparing(Comparator.comparing(Choice::oldestOfHighest).reversed())
            .thenComparing(Choice::node);

    /** Whether a Pod could be on the node without these Pods of it. */
    interface Fit {
        boolean fits(NodeView node, Away away);
    }

    private Preemption() {}

    static int candidates(int nodes) {
        return Math.max(nodes / CANDIDATES_DIVISOR, MIN_CANDIDATES);
    }

    static Fit fit(PodRequirements pod, CrossNodeFilters others) {
        return (node, away) -> NodeFit.check(node.node(), node.requested(), node.pods(), node.usedPorts(), pod)
                        .isEmpty()
                && others.check(node, away) == null;
    }

    /**
     * What has to end on one node; null when nothing that may would be enough. All that may is thought away first, then
     * as many as possible may stay: first those whose end goes against a budget, then the most important ones.
     *
     * @param node as the Pod sees it, with all Pods there
     * @param lower the Pods there that may have to end, the most important first
     * @param violating UIDs of those whose end goes against a budget
     */
    static Choice on(NodeView node, List<Victim> lower, Set<String> violating, Fit fit) {
        if (lower.isEmpty()) {
            return null;
        }
        NodeView bare = node;
        for (Victim victim : lower) {
            bare = without(bare, victim);
        }
        Away away = Away.of(lower);
        if (!fit.fits(bare, away)) {
            return null;
        }
        List<Victim> victims = new ArrayList<>();
        NodeView now = bare;
        List<Victim> order = new ArrayList<>(lower);
        // Stable: within each half the order stays.
        order.sort(Comparator.comparing((Victim victim) -> !violating.contains(victim.uid())));
        for (Victim victim : order) {
            if (victim.terminating()) {
                continue;
            }
            NodeView back = with(now, victim);
            Away stillAway = away.without(victim);
            if (fit.fits(back, stillAway)) {
                now = back;
                away = stillAway;
            } else {
                victims.add(victim);
            }
        }
        int violations = (int) victims.stream()
                .filter(victim -> violating.contains(victim.uid()))
                .count();
        victims.sort(Victim.MORE_IMPORTANT);
        return new Choice(node.node().name(), violations, victims);
    }

    static NodeView without(NodeView node, Victim victim) {
        Set<HostPort> ports = node.usedPorts();
        if (!victim.ports().isEmpty()) {
            ports = new HashSet<>(ports);
            victim.ports().forEach(ports::remove);
        }
        Resources left = node.requested().minus(victim.requests());
        return new NodeView(node.node(), left, node.pods() - 1, ports);
    }

    private static NodeView with(NodeView node, Victim victim) {
        Set<HostPort> ports = node.usedPorts();
        if (!victim.ports().isEmpty()) {
            ports = new HashSet<>(ports);
            ports.addAll(victim.ports());
        }
        return new NodeView(node.node(), node.requested().plus(victim.requests()), node.pods() + 1, ports);
    }
}
