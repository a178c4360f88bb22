package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.node;
import static io.everynode.core.daemonset.Fixtures.onDelete;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.placement.Taint;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rollouts within maxUnavailable, after pkg/controller/daemon/update_test.go. */
class RolloutTest {

    private final FleetSimulation fleet = new FleetSimulation();

    private static ObjectNode version(int generation, String image, int maxUnavailable) {
        return with(daemonSet(UID, generation, image), rolling(maxUnavailable, 0));
    }

    private FleetSimulation running(int nodes, int maxUnavailable) {
        fleet.addNodes(nodes).store(version(1, "a", maxUnavailable)).settle().forgetCounts();
        return fleet;
    }

    @Test
    void launchesOnePodOnEachNode() {
        fleet.addNodes(5).store(version(1, "a", 1)).settle();
        assertThat(fleet.created()).isEqualTo(5);
        assertThat(fleet.status("desiredNumberScheduled")).isEqualTo(5);
        assertThat(fleet.status("numberAvailable")).isEqualTo(5);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(5);
        assertThat(fleet.status("observedGeneration")).isEqualTo(1);
        assertThat(fleet.state.current().status().toString()).doesNotContain("numberUnavailable");
    }

    @Test
    void withoutNodesNothingIsSent() {
        fleet.store(version(1, "a", 1)).step();
        assertThat(fleet.everSent).isEmpty();
        assertThat(fleet.status("observedGeneration")).isEqualTo(1);
    }

    @Test
    void replacesTwoAndTwoAndOne() {
        running(5, 2).store(version(2, "b", 2));
        assertThat(fleet.endedInRound()).isEqualTo(2);
        // Nothing more before the new Pods are ready.
        assertThat(fleet.endedInRound()).isZero();
        fleet.kubelets().step().deliver();
        assertThat(fleet.created()).isEqualTo(2);
        assertThat(fleet.endedInRound()).isZero();
        fleet.kubelets();
        assertThat(fleet.endedInRound()).isEqualTo(2);
        fleet.kubelets().step().deliver().kubelets();
        assertThat(fleet.endedInRound()).isEqualTo(1);
        fleet.settle();
        assertThat(fleet.created()).isEqualTo(5);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(5);
        assertThat(fleet.state.current().grants()).isEmpty();
    }

    @Test
    void grantsInTheOrderOfNames() {
        running(12, 3).store(version(2, "b", 3)).step();
        assertThat(fleet.state.current().grants().keySet()).containsExactly("node-001", "node-002", "node-003");
    }

    @Test
    void stopsAtTheBudgetWhenNewPodsAreNotReady() {
        running(5, 3).store(version(2, "bad", 3));
        String bad = fleet.revision();
        fleet.settle(pod -> !pod.revision().equals(bad));
        assertThat(fleet.ended()).isEqualTo(3);
        assertThat(fleet.pods(pod -> pod.revision().equals(bad))).isEqualTo(3);
        assertThat(fleet.status("numberAvailable")).isEqualTo(2);
        assertThat(fleet.status("numberUnavailable")).isEqualTo(3);
    }

    /** Somebody rolls forward over a broken version: its Pods go at once, the healthy old ones within the budget. */
    @Test
    void aSecondUpdateReplacesTheBrokenOnesFirst() {
        running(5, 2).store(version(2, "bad", 2));
        String bad = fleet.revision();
        fleet.settle(pod -> !pod.revision().equals(bad)).forgetCounts();
        fleet.store(version(3, "worse", 2));
        Set<String> healthy = healthy();
        fleet.settle(pod -> false);
        assertThat(fleet.ended()).isEqualTo(2);
        assertThat(healthy()).isEqualTo(healthy);
    }

    /** "Should rollback without unnecessary restarts": what was not touched keeps its name. */
    @Test
    void undoKeepsHealthyPods() {
        running(5, 2);
        Set<String> before = healthy();
        fleet.store(version(2, "bad", 2));
        String bad = fleet.revision();
        fleet.settle(pod -> !pod.revision().equals(bad));
        Set<String> untouched = healthy();
        assertThat(before).containsAll(untouched);
        assertThat(untouched).hasSize(3);
        fleet.store(version(3, "a", 2)).settle();
        assertThat(healthy()).hasSize(5).containsAll(untouched);
        assertThat(fleet.state.current().revisions().get(fleet.revision()).number())
                .isEqualTo(3);
    }

    private Set<String> healthy() {
        return fleet.nodes.values().stream()
                .flatMap(node -> node.pods.values().stream())
                .filter(pod -> pod.view().ready() && pod.view().live())
                .map(pod -> pod.view().podName())
                .collect(Collectors.toSet());
    }

    /**
     * 100 nodes, maxUnavailable 10: 88 new Pods unavailable, 2 old ones unavailable, 10 old ones healthy: 2 are
     * replaced.
     */
    @Test
    void aHundredNodesOfWhichMostAreBroken() {
        running(100, 10).store(version(2, "b", 10));
        String updated = fleet.revision();
        int i = 0;
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            FleetSimulation.PodOf old = node.pods.values().iterator().next();
            if (i < 88) {
                node.pods.clear();
                node.create(UID, 2, updated);
            } else if (i < 90) {
                node.change(old.view().podUid(), Fixtures.PodBuilder::notReady);
            }
            i++;
            fleet.observe(node);
        }
        fleet.forgetCounts();
        fleet.settle(pod -> false);
        assertThat(fleet.ended()).isEqualTo(2);
        assertThat(healthy()).hasSize(10);
    }

    @Test
    void unavailableOldPodsAreReplacedAtOnceWhateverTheBudget() {
        running(5, 3);
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            node.change(node.pods.keySet().iterator().next(), Fixtures.PodBuilder::notReady);
            fleet.observe(node);
        }
        fleet.store(version(2, "b", 3));
        assertThat(fleet.endedInRound()).isEqualTo(5);
    }

    /** It is ready by the time the message arrives: then it takes from the budget like any other. */
    @Test
    void aPodThatBecameReadyMeanwhileIsNotTakenOutsideTheBudget() {
        running(5, 1);
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            node.change(node.pods.keySet().iterator().next(), Fixtures.PodBuilder::notReady);
            fleet.observe(node);
        }
        fleet.store(version(2, "b", 1)).step();
        assertThat(fleet.inFlight).hasSize(5);
        fleet.now = fleet.now.plusSeconds(1);
        fleet.nodes
                .values()
                .forEach(node -> node.change(node.pods.keySet().iterator().next(), pod -> pod.readySince(fleet.now)));
        fleet.deliver();
        assertThat(fleet.ended()).isZero();
        fleet.step().deliver();
        assertThat(fleet.ended()).isEqualTo(1);
    }

    @Test
    void anUnchangedTemplateTouchesNoPod() {
        running(5, 3).store(with(version(2, "a", 4), minReady(3))).settle();
        fleet.store(with(
                        version(2, "a", 4),
                        tree -> ((ObjectNode) tree.get("metadata"))
                                .putObject("labels")
                                .put("a", "b")))
                .settle();
        assertThat(fleet.created() + fleet.ended()).isZero();
        assertThat(fleet.state.current().revisions()).hasSize(1);
    }

    @Test
    void onDeleteWaitsForTheUser() {
        running(5, 3).store(with(daemonSet(UID, 2, "b"), onDelete())).settle();
        assertThat(fleet.ended()).isZero();
        assertThat(fleet.status("updatedNumberScheduled")).isZero();
        FleetSimulation.SimulatedNode third = fleet.nodes.get("node-003");
        third.pods.clear();
        fleet.observe(third);
        fleet.settle();
        assertThat(fleet.pods(pod -> pod.revision().equals(fleet.revision()))).isEqualTo(1);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(1);
    }

    @Test
    void availabilityAfterMinReadySecondsNeedsNoFurtherNews() {
        fleet.addNodes(2)
                .store(with(version(1, "a", 1), minReady(30)))
                .step()
                .deliver()
                .kubelets()
                .step();
        assertThat(fleet.status("numberReady")).isEqualTo(2);
        assertThat(fleet.status("numberAvailable")).isZero();
        assertThat(fleet.last.wakeAt()).isPresent();
        fleet.now = fleet.now.plusSeconds(30);
        fleet.step();
        assertThat(fleet.status("numberAvailable")).isEqualTo(2);
    }

    @Test
    void failedPodsAreReplacedWhenTheirBackOffIsOver() {
        running(1, 1);
        FleetSimulation.SimulatedNode node = fleet.nodes.get("node-001");
        node.change(node.pods.keySet().iterator().next(), pod -> pod.failed(fleet.now.plusSeconds(60)));
        fleet.observe(node);
        fleet.step();
        assertThat(fleet.inFlight).isEmpty();
        Instant over = fleet.now.plusSeconds(60);
        while (fleet.now.isBefore(over)) {
            assertThat(fleet.inFlight).isEmpty();
            fleet.now = fleet.last.wakeAt().orElseThrow();
            fleet.step();
        }
        assertThat(fleet.now).isEqualTo(over);
        fleet.deliver();
        assertThat(fleet.created()).isEqualTo(1);
        assertThat(fleet.pods(pod -> true)).isEqualTo(1);
    }

    @Test
    void terminatingPodsAreWaitedFor() {
        running(1, 1);
        FleetSimulation.SimulatedNode node = fleet.nodes.get("node-001");
        node.change(node.pods.keySet().iterator().next(), Fixtures.PodBuilder::terminating);
        fleet.observe(node);
        fleet.step();
        assertThat(fleet.inFlight).isEmpty();
        fleet.kubelets().step().deliver();
        assertThat(fleet.created()).isEqualTo(1);
    }

    @Test
    void anEvictingTaintEndsThePodAndANewOneFollowsItsRemoval() {
        running(3, 1);
        FleetSimulation.SimulatedNode node = fleet.nodes.get("node-002");
        node.facts = node("node-002", new Taint("maintenance", "", Taint.NO_EXECUTE));
        fleet.observe(node);
        fleet.settle();
        assertThat(node.pods).isEmpty();
        assertThat(fleet.status("desiredNumberScheduled")).isEqualTo(2);
        assertThat(fleet.planner.explain("node-002").reason()).contains("maintenance");
        node.facts = node("node-002");
        fleet.observe(node);
        fleet.settle();
        assertThat(node.pods).hasSize(1);
    }

    @Test
    void aToleratedPodOnATaintedNodeIsMisscheduledNotEnded() {
        running(3, 1);
        FleetSimulation.SimulatedNode node = fleet.nodes.get("node-002");
        node.facts = node("node-002", new Taint("maintenance", "", Taint.NO_SCHEDULE));
        fleet.observe(node);
        fleet.settle();
        assertThat(fleet.ended()).isZero();
        assertThat(fleet.status("numberMisscheduled")).isEqualTo(1);
        assertThat(fleet.status("desiredNumberScheduled")).isEqualTo(2);
        assertThat(fleet.status("currentNumberScheduled")).isEqualTo(2);
    }

    /** TestGetUnavailableNumbers. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1, 3, 1",
        "2, 3, 2",
        "25%, 4, 1",
        "50%, 3, 2",
        "20%, 5, 1",
        "21%, 5, 2",
        "1%, 100, 1",
        "1%, 101, 2",
        "100%, 7, 7",
        "0, 2, 1",
        "0%, 2, 1",
        "50%, 0, 0",
    })
    void theBudgetIsRoundedUpAndNeverNothing(String maxUnavailable, int desired, int expected) {
        Object value = maxUnavailable.endsWith("%") ? maxUnavailable : (Object) Integer.valueOf(maxUnavailable);
        DaemonSetSpec spec = Fixtures.spec(with(daemonSet(UID, 1, "a"), rolling(value, 0)));
        assertThat(spec.unavailableBudget(desired)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true", "10%, 3, true", "0, 0, false", "0%, 0, false"})
    void surgesWithAnyNumberButZero(String maxSurge, int of21, boolean surge) {
        Object value = maxSurge.endsWith("%") ? maxSurge : (Object) Integer.valueOf(maxSurge);
        DaemonSetSpec spec = Fixtures.spec(with(daemonSet(UID, 1, "a"), rolling(0, value)));
        assertThat(spec.surge()).isEqualTo(surge);
        assertThat(spec.maxSurge().of(21)).isEqualTo(of21);
    }
}
