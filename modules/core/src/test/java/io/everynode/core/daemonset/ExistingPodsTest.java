package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.labelled;
import static io.everynode.core.daemonset.Fixtures.node;
import static io.everynode.core.daemonset.Fixtures.podSpec;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Rounds.Round;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Taint;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A DaemonSet meets Pods that are there already, after pkg/controller/daemon/daemon_controller_test.go. */
class ExistingPodsTest {

    /** A Pod of somebody else: upstream's tests give it other labels. */
    private static final String ANOTHER = "another";

    private final FleetSimulation fleet = new FleetSimulation();

    private void nodes(int from, int count, boolean coloured) {
        for (int i = from; i < from + count; i++) {
            NodeFacts facts = coloured ? labelled("node-" + i, "color", "blue") : node("node-" + i);
            fleet.addNode(facts);
        }
    }

    private void pods(String node, String owner, int count) {
        for (int i = 0; i < count; i++) {
            Rounds.put(fleet, node, owner, fleet.revision(), pod -> pod);
        }
    }

    private void store(ObjectNode tree) {
        fleet.store(tree);
    }

    private static ObjectNode selecting(ObjectNode tree) {
        return with(tree, podSpec("nodeSelector", "{\"color\":\"blue\"}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void missingPodsAreMadeAndSurplusOnesEnd(String name, UnaryOperator<ObjectNode> strategy) {
        nodes(0, 5, false);
        store(strategy.apply(daemonSet(UID, 1, "a")));
        existing();
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(2, 5));
        assertThat(fleet.pods(DaemonPodView::live)).as("two of another owner").isEqualTo(5 + 2);
    }

    @ParameterizedTest(name = "surge of {0}")
    @org.junit.jupiter.params.provider.ValueSource(ints = {1, 3})
    void soItIsWithASurge(int maxSurge) {
        nodes(0, 5, false);
        store(with(daemonSet(UID, 1, "a"), rolling(0, maxSurge)));
        existing();
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(2, 5));
    }

    private void existing() {
        pods("node-1", UID, 1);
        pods("node-2", UID, 2);
        pods("node-3", UID, 5);
        pods("node-4", ANOTHER, 2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void podsOnNodesThatAreNotSelectedEnd(String name, UnaryOperator<ObjectNode> strategy) {
        nodes(0, 5, false);
        nodes(5, 5, true);
        store(selecting(strategy.apply(daemonSet(UID, 1, "a"))));
        pods("node-0", ANOTHER, 2);
        pods("node-1", UID, 3);
        pods("node-1", ANOTHER, 1);
        pods("node-4", UID, 1);
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(5, 4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void selectedNodesKeepOneAndTheOthersNone(String name, UnaryOperator<ObjectNode> strategy) {
        nodes(0, 5, false);
        nodes(5, 5, true);
        store(selecting(strategy.apply(daemonSet(UID, 1, "a"))));
        pods("node-0", UID, 1);
        pods("node-1", UID, 3);
        pods("node-1", ANOTHER, 2);
        pods("node-2", UID, 4);
        pods("node-6", UID, 13);
        pods("node-7", ANOTHER, 4);
        pods("node-9", UID, 1);
        pods("node-9", ANOTHER, 1);
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(3, 20));
        assertThat(fleet.pods(pod -> pod.live()
                        && fleet.nodes.get(pod.node()).of(ANOTHER).stream().noneMatch(pod::equals)))
                .isEqualTo(5);
    }

    /**
     * Failed Pods end and no node gets more than one. Stronger than upstream: the Node replaces a failed Pod in one
     * step.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void failedPodsAreReplacedByOneAtMost(String name, UnaryOperator<ObjectNode> strategy) {
        assertThat(failedAndRunning(strategy, 0, 1)).as("one that runs").isEqualTo(Rounds.NOTHING);
        assertThat(failedAndRunning(strategy, 0, 0)).as("none").isEqualTo(new Round(1, 0));
        assertThat(failedAndRunning(strategy, 1, 0)).as("one that failed").isEqualTo(new Round(1, 1));
        assertThat(failedAndRunning(strategy, 1, 3))
                .as("one that failed, three that run")
                .isEqualTo(new Round(0, 3));
    }

    private static Round failedAndRunning(UnaryOperator<ObjectNode> strategy, int failed, int running) {
        FleetSimulation one = new FleetSimulation();
        one.addNode(node("node-0"));
        one.store(strategy.apply(daemonSet(UID, 1, "a")));
        for (int i = 0; i < failed; i++) {
            Rounds.put(one, "node-0", UID, one.revision(), pod -> pod.failed(one.now));
        }
        for (int i = 0; i < running; i++) {
            Rounds.put(one, "node-0", UID, one.revision(), pod -> pod.readySince(one.now));
        }
        Round round = Rounds.all(one);
        assertThat(one.pods(DaemonPodView::live)).isEqualTo(1);
        return round;
    }

    /**
     * TestDeleteUnscheduledPodForNotExistingNode: a Pod that has no node yet and is meant for one that is gone. Here a
     * Pod without a Node cannot be: the Node holds its slots and takes them along, so what is left is only what the
     * catalog shows late.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void aPodThatWaitsForANodeThatIsGoneEnds(String name, UnaryOperator<ObjectNode> strategy) {
        nodes(0, 3, false);
        store(strategy.apply(daemonSet(UID, 1, "a")));
        pods("node-0", UID, 1);
        pods("node-1", UID, 1);
        Rounds.put(fleet, "node-2", UID, fleet.revision(), pod -> pod.unbound());
        fleet.nodes.get("node-2").facts = null;
        fleet.observe(fleet.nodes.get("node-2"));
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(0, 1));
        assertThat(fleet.nodes.get("node-2").pods).isEmpty();
    }

    /**
     * TestNoScheduleTaintedDoesntEvicitRunningIntolerantPod, TestNoExecuteTaintedDoesEvicitRunningIntolerantPod and
     * TestDaemonSetRespectsTermination.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void onlyATaintThatEvictsEndsAPod(String name, UnaryOperator<ObjectNode> strategy) {
        assertThat(tainted(strategy, Taint.NO_SCHEDULE, pod -> pod)).isEqualTo(Rounds.NOTHING);
        assertThat(tainted(strategy, Taint.NO_EXECUTE, pod -> pod)).isEqualTo(new Round(0, 1));
        assertThat(tainted(strategy, Taint.PREFER_NO_SCHEDULE, pod -> pod)).isEqualTo(Rounds.NOTHING);
        assertThat(tainted(strategy, Taint.PREFER_NO_SCHEDULE, Fixtures.PodBuilder::terminating))
                .as("what terminates is waited for")
                .isEqualTo(Rounds.NOTHING);
    }

    private static Round tainted(
            UnaryOperator<ObjectNode> strategy, String effect, UnaryOperator<Fixtures.PodBuilder> pod) {
        FleetSimulation one = new FleetSimulation();
        one.addNode(node("tainted", new Taint("dedicated", "user1", effect)));
        one.store(strategy.apply(daemonSet(UID, 1, "a")));
        Rounds.put(one, "tainted", UID, one.revision(), pod);
        return Rounds.once(one);
    }
}
