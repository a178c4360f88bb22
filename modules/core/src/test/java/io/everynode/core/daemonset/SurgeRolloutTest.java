package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.node;
import static io.everynode.core.daemonset.Fixtures.podSpec;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.placement.Taint;
import org.junit.jupiter.api.Test;

/** Rollouts with maxSurge, after pkg/controller/daemon/update_test.go. */
class SurgeRolloutTest {

    private final FleetSimulation fleet = new FleetSimulation();

    private static ObjectNode version(int generation, String image, Object maxSurge) {
        return with(daemonSet(UID, generation, image), rolling(0, maxSurge));
    }

    private long live() {
        return fleet.pods(DaemonPodView::live);
    }

    private long serving() {
        return fleet.nodes.values().stream()
                .filter(FleetSimulation.SimulatedNode::serves)
                .count();
    }

    @Test
    void neverFewerAvailableAndNeverMoreThanTheSurge() {
        fleet.addNodes(5).store(version(1, "a", 2)).settle().forgetCounts();
        fleet.store(version(2, "b", 2));
        for (int round = 0; round < 40; round++) {
            fleet.step().deliver();
            assertThat(live()).isBetween(5L, 7L);
            assertThat(serving()).isEqualTo(5);
            fleet.kubelets();
            fleet.now = fleet.now.plusSeconds(1);
        }
        fleet.settle();
        assertThat(fleet.created()).isEqualTo(5);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(5);
    }

    @Test
    void newPodsThatAreNotReadyHoldTheRollout() {
        fleet.addNodes(5).store(version(1, "a", 3)).settle().forgetCounts();
        fleet.store(version(2, "bad", 3)).settle(pod -> false);
        assertThat(fleet.created()).isEqualTo(3);
        assertThat(fleet.ended()).isZero();
        assertThat(serving()).isEqualTo(5);
        // Undone: the surged ones go, the old ones were never touched.
        fleet.store(version(3, "a", 3)).settle();
        assertThat(fleet.created()).isEqualTo(3);
        assertThat(fleet.ended()).isEqualTo(3);
        assertThat(live()).isEqualTo(5);
    }

    @Test
    void oldPodsThatAreNotAvailableGetANewOneBesideThemOutsideTheSurge() {
        fleet.addNodes(5).store(version(1, "a", 1)).step().deliver().step().forgetCounts();
        fleet.store(version(2, "b", 1)).step().deliver();
        assertThat(fleet.created()).isEqualTo(5);
    }

    @Test
    void anOldPodGoesWhenTheNewOneWasReadyLongEnough() {
        fleet.addNodes(1)
                .store(with(version(1, "a", 1), minReady(50)))
                .step()
                .deliver()
                .kubelets();
        fleet.now = fleet.now.plusSeconds(60);
        fleet.step()
                .store(with(version(2, "b", 1), minReady(50)))
                .step()
                .deliver()
                .kubelets()
                .step();
        assertThat(live()).isEqualTo(2);
        fleet.now = fleet.now.plusSeconds(49);
        fleet.step().deliver();
        assertThat(live()).isEqualTo(2);
        fleet.now = fleet.now.plusSeconds(1);
        fleet.step().deliver();
        assertThat(live()).isEqualTo(1);
        assertThat(fleet.ended()).isEqualTo(1);
    }

    @Test
    void anOldPodThatIsEndedByHandIsReplacedAtOnceAlsoAtMaxSurge() {
        fleet.addNodes(3).store(version(1, "a", 1)).settle().forgetCounts();
        fleet.store(version(2, "bad", 1)).settle(pod -> false);
        assertThat(fleet.created()).isEqualTo(1);
        FleetSimulation.SimulatedNode third = fleet.nodes.get("node-003");
        third.change(third.pods.keySet().iterator().next(), Fixtures.PodBuilder::terminating);
        fleet.observe(third);
        fleet.step().deliver();
        assertThat(third.created).isEqualTo(1);
    }

    /** The new template lost a toleration: Pods leave the tainted nodes only as far as enough serve elsewhere. */
    @Test
    void podsLeaveUnwantedNodesOnlyWhileEnoughServe() {
        for (int i = 1; i <= 3; i++) {
            fleet.addNode(node("tainted-" + i, new Taint("disk", "ssd", Taint.NO_SCHEDULE)));
            fleet.addNode(node("plain-" + i));
        }
        fleet.store(with(version(1, "a", 1), podSpec("tolerations", "[{\"operator\":\"Exists\"}]")))
                .settle()
                .forgetCounts();
        fleet.store(version(2, "b", 1));
        String updated = fleet.revision();
        for (int round = 0; round < 30; round++) {
            fleet.step().deliver();
            assertThat(serving()).isGreaterThanOrEqualTo(3);
            fleet.kubelets();
            fleet.now = fleet.now.plusSeconds(1);
        }
        fleet.settle();
        assertThat(fleet.pods(
                        pod -> pod.node().startsWith("plain") && pod.revision().equals(updated)))
                .isEqualTo(3);
        assertThat(fleet.pods(pod -> pod.node().startsWith("tainted"))).isZero();
    }

    @Test
    void anAvailablePodStaysOnAnUnwantedNodeWhileNobodyElseServes() {
        fleet.addNode(node("tainted", new Taint("disk", "ssd", Taint.NO_SCHEDULE)));
        fleet.store(with(version(1, "a", 1), podSpec("tolerations", "[{\"operator\":\"Exists\"}]")))
                .settle();
        fleet.addNode(node("plain"));
        fleet.settle();
        fleet.nodes
                .get("plain")
                .change(fleet.nodes.get("plain").pods.keySet().iterator().next(), Fixtures.PodBuilder::notReady);
        fleet.observe(fleet.nodes.get("plain"));
        fleet.store(version(2, "b", 1)).settle(pod -> false);
        assertThat(fleet.nodes.get("tainted").pods).hasSize(1);
        fleet.settle();
        assertThat(fleet.nodes.get("tainted").pods).isEmpty();
    }

    /**
     * Three nodes, one of which the new template does not want: its Pod is granted to leave, another to be replaced.
     */
    private FleetSimulation.SimulatedNode grantedToLeave() {
        FleetSimulation.SimulatedNode tainted =
                fleet.addNode(node("tainted", new Taint("disk", "ssd", Taint.NO_SCHEDULE)));
        fleet.addNode(node("plain-1"));
        fleet.addNode(node("plain-2"));
        fleet.store(with(version(1, "a", 1), podSpec("tolerations", "[{\"operator\":\"Exists\"}]")))
                .settle();
        fleet.store(version(2, "b", 1)).step();
        assertThat(fleet.inFlight).extracting(DaemonSetPlanner.Send::node).contains("tainted");
        return tainted;
    }

    private void neverMoreThanOneBeside(FleetSimulation.SimulatedNode tainted) {
        tainted.facts = node("tainted");
        fleet.observe(tainted);
        for (int round = 0; round < 60; round++) {
            fleet.step().deliver();
            assertThat(live()).isLessThanOrEqualTo(4);
            // New Pods get ready late, so that the surge stays used.
            fleet.kubelets(pod -> fleet.now.toEpochMilli() - pod.createdAt() > 5_000);
            fleet.now = fleet.now.plusSeconds(1);
        }
        fleet.settle();
        assertThat(fleet.pods(pod -> pod.revision().equals(fleet.revision()))).isEqualTo(3);
    }

    @Test
    void aGrantToLeaveIsNoneToAddWhenTheNodeIsWantedAgain() {
        FleetSimulation.SimulatedNode tainted = grantedToLeave();
        fleet.inFlight.removeIf(send -> send.node().equals("tainted"));
        neverMoreThanOneBeside(tainted);
    }

    /** The journal does not say what a grant was for. */
    @Test
    void norAfterAFailOver() {
        FleetSimulation.SimulatedNode tainted = grantedToLeave();
        fleet.inFlight.clear();
        tainted.facts = node("tainted");
        fleet.restart();
        neverMoreThanOneBeside(tainted);
    }

    @Test
    void aGrantToAddIsNoneToLeaveWhenTheNodeIsNotWantedAnyMore() {
        fleet.addNodes(3).store(version(1, "a", 1)).settle();
        fleet.store(version(2, "b", 1)).step();
        String granted = fleet.inFlight.get(0).node();
        fleet.inFlight.clear();
        FleetSimulation.SimulatedNode node = fleet.nodes.get(granted);
        node.facts = node(granted, new Taint("disk", "ssd", Taint.NO_SCHEDULE));
        // One of the two others does not serve, so that none may leave.
        FleetSimulation.SimulatedNode other = fleet.nodes.values().stream()
                .filter(each -> each != node)
                .findFirst()
                .orElseThrow();
        other.change(other.pods.keySet().iterator().next(), Fixtures.PodBuilder::notReady);
        fleet.observe(other);
        fleet.observe(node);
        for (int round = 0; round < 30; round++) {
            fleet.step().deliver().kubelets(pod -> false);
            fleet.now = fleet.now.plusSeconds(1);
        }
        assertThat(node.serves()).isTrue();
        fleet.settle();
        assertThat(node.pods).isEmpty();
    }
}
