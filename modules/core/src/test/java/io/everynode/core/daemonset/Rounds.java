package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Fixtures.PodBuilder;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Upstream's unit tests count what one pass over a DaemonSet creates and deletes, where deleted Pods are gone at once.
 * This counts the same for a {@link FleetSimulation}.
 */
final class Rounds {

    /** What one pass has done. */
    record Round(int created, int ended) {}

    static final Round NOTHING = new Round(0, 0);

    private Rounds() {}

    /** One pass: what is due is sent and arrives. Pods that were ended go on terminating. */
    static Round once(FleetSimulation fleet) {
        int created = fleet.created();
        int ended = fleet.ended();
        fleet.step().deliver();
        return new Round(fleet.created() - created, fleet.ended() - ended);
    }

    /** One pass, after which the Pods that it ended are gone, as in upstream's tests. */
    static Round sync(FleetSimulation fleet) {
        Round round = once(fleet);
        vanish(fleet);
        return round;
    }

    /** Passes until there is nothing to do: a Node ends its surplus Pods one after the other. No Pod becomes ready. */
    static Round all(FleetSimulation fleet) {
        Round sum = NOTHING;
        for (int i = 0; i < 100; i++) {
            boolean ending = fleet.pods(DaemonPodView::terminating) > 0;
            Round round = sync(fleet);
            if (round.equals(NOTHING) && !ending) {
                return sum;
            }
            sum = new Round(sum.created + round.created, sum.ended + round.ended);
        }
        throw new AssertionError("passes without an end: " + sum);
    }

    /** Terminating Pods are gone; nobody else changes. */
    static void vanish(FleetSimulation fleet) {
        fleet.kubelets(pod -> false);
    }

    /** Puts a Pod of this DaemonSet on a node, as a test of upstream puts it into the Pod cache. */
    static DaemonPodView put(
            FleetSimulation fleet, String node, String owner, String revision, UnaryOperator<PodBuilder> change) {
        FleetSimulation.SimulatedNode on = fleet.nodes.get(node);
        long generation =
                fleet.state.current() == null ? 1 : fleet.state.current().generation();
        FleetSimulation.PodOf pod = on.create(owner, generation, revision);
        on.created--;
        on.change(pod.view().podUid(), change);
        // A planner that finds the Pod, as after a start: one that has made no step yet knows of no DaemonSet.
        fleet.restart();
        return on.pods.get(pod.view().podUid()).view();
    }

    static void change(FleetSimulation fleet, DaemonPodView pod, UnaryOperator<PodBuilder> change) {
        FleetSimulation.SimulatedNode on = fleet.nodes.get(pod.node());
        on.change(pod.podUid(), change);
        fleet.observe(on);
    }

    /** The strategies that upstream runs most of its tests with. */
    static List<Arguments> strategies() {
        return List.of(strategy("OnDelete", Fixtures.onDelete()), strategy("RollingUpdate", Fixtures.rolling(1, 0)));
    }

    private static Arguments strategy(String name, java.util.function.Consumer<ObjectNode> change) {
        UnaryOperator<ObjectNode> with = tree -> Fixtures.with(tree, change);
        return Arguments.of(name, with);
    }
}
