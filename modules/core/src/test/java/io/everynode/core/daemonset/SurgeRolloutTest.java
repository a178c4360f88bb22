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
}
