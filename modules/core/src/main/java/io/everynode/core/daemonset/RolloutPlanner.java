package io.everynode.core.daemonset;

import io.everynode.core.daemonset.NodeAssessment.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Which nodes may change next (rollingUpdate in pkg/controller/daemon/update.go): what maxUnavailable and maxSurge
 * leave, given to candidates in the order of their names. Pure; touches only the nodes it answers with.
 *
 * <p>The order of a rollout, with a surge as without: nodes whose old Pod is not available come first and all at once,
 * for they cost nothing of the budget (they are no candidates, {@link NodeAssessor} acts on them at once, and
 * {@link ConvergeWindow} sends {@link NodeAssessment#UNAVAILABLE_FIRST}); then the candidates by name. Upstream takes
 * them as a Go map is iterated, at random.
 */
final class RolloutPlanner {

    /** One Granted event names at most this many nodes, so that events stay small. */
    static final int MAX_GRANTED = 500;

    /**
     * @param granted nodes that get a grant now
     * @param spent grants that are used up and shall be forgotten
     */
    record Rollout(List<String> granted, List<String> spent) {
        boolean isEmpty() {
            return granted.isEmpty() && spent.isEmpty();
        }
    }

    private RolloutPlanner() {}

    static Rollout plan(FleetView fleet) {
        DaemonSetSpec spec = fleet.spec();
        FleetCounters counters = fleet.counters();
        List<String> granted = new ArrayList<>();
        if (spec.surge()) {
            take(
                    fleet.candidates(Candidate.SURGE),
                    spec.maxSurge().of(counters.desired()) - counters.surging(),
                    granted);
            take(fleet.candidates(Candidate.LEAVE), counters.serving() - counters.desired(), granted);
        } else {
            int budget = spec.unavailableBudget(counters.desired()) - counters.unavailable();
            take(fleet.candidates(Candidate.REPLACE), budget, granted);
        }
        List<String> spent = new ArrayList<>();
        if (granted.stream().anyMatch(fleet.spentGrants()::contains)) {
            // A node has one grant at a time: the old one is forgotten first.
            take(fleet.spentGrants(), MAX_GRANTED, spent);
            return new Rollout(List.of(), spent);
        }
        if (!granted.isEmpty() || worthForgetting(fleet)) {
            take(fleet.spentGrants(), MAX_GRANTED, spent);
        }
        return new Rollout(granted, spent);
    }

    /** A spent grant counts no longer, so forgetting it can wait for the next event or the end of the rollout. */
    private static boolean worthForgetting(FleetView fleet) {
        boolean waiting = false;
        for (Candidate candidate : Candidate.values()) {
            waiting |= !fleet.candidates(candidate).isEmpty();
        }
        return fleet.spentGrants().size() >= MAX_GRANTED || fleet.grantsHeld() == 0 && !waiting;
    }

    private static void take(Collection<String> nodes, int count, List<String> to) {
        int left = count;
        for (String node : nodes) {
            if (left <= 0 || to.size() >= MAX_GRANTED) {
                return;
            }
            to.add(node);
            left--;
        }
    }
}
