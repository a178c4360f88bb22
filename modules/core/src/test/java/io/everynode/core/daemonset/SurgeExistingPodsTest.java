package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.daemonset.Rounds.Round;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Old and new Pods that a surge finds on five nodes, after the TestSurge tests of
 * pkg/controller/daemon/daemon_controller_test.go. Which of them upstream ends is what has ended here.
 */
class SurgeExistingPodsTest {

    private static final String OLD = "old";

    private final FleetSimulation fleet = new FleetSimulation();

    @BeforeEach
    void fiveNodes() {
        fleet.addNodes(5);
    }

    private void store(int minReadySeconds) {
        fleet.store(with(with(daemonSet(UID, 1, "a"), rolling(0, 1)), minReady(minReadySeconds)));
    }

    /** The node has a new Pod, an older one and one in between that is ready; another node has a new Pod only. */
    private DaemonPodView[] pods(Integer youngReadyForSeconds, boolean oldReady) {
        DaemonPodView young = Rounds.put(
                fleet,
                "node-001",
                UID,
                fleet.revision(),
                pod -> ready(pod, youngReadyForSeconds).createdAt(100));
        DaemonPodView old = Rounds.put(
                fleet,
                "node-001",
                UID,
                OLD,
                pod -> ready(pod, oldReady ? Integer.valueOf(1000) : null).createdAt(50));
        DaemonPodView between =
                Rounds.put(fleet, "node-001", UID, OLD, pod -> ready(pod, 1000).createdAt(60));
        Rounds.put(fleet, "node-002", UID, fleet.revision(), pod -> pod);
        return new DaemonPodView[] {young, old, between};
    }

    private Fixtures.PodBuilder ready(Fixtures.PodBuilder pod, Integer forSeconds) {
        return forSeconds == null ? pod.notReady() : pod.readySince(fleet.now.minusSeconds(forSeconds));
    }

    private boolean there(DaemonPodView pod) {
        return fleet.nodes.get(pod.node()).pods.containsKey(pod.podUid());
    }

    /**
     * TestSurgePreservesReadyOldPods, TestSurgeDeletesUnreadyOldPods, TestSurgePreservesOldReadyWithUnsatisfiedMinReady
     * and TestSurgeDeletesOldReadyWithUnsatisfiedMinReady, in this order.
     */
    @ParameterizedTest
    @CsvSource({
        "0, , true, 3, 1, true",
        "0, , false, 3, 2, false",
        "15, 10, true, 3, 1, true",
        "15, 20, true, 3, 2, false"
    })
    void theOldestOldPodStaysWhileItServesAndTheNewOneDoesNot(
            int minReadySeconds,
            Integer youngReadyForSeconds,
            boolean oldReady,
            int created,
            int ended,
            boolean oldStays) {
        store(minReadySeconds);
        DaemonPodView[] pods = pods(youngReadyForSeconds, oldReady);
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(created, ended));
        assertThat(there(pods[0])).as("the new one").isTrue();
        assertThat(there(pods[1])).as("the oldest").isEqualTo(oldStays);
        assertThat(there(pods[2])).as("the one in between").isFalse();
    }

    /** TestSurgeCreatesNewPodWhenAtMaxSurgeAndOldPodDeleted. */
    @Test
    void atTheLimitAnOldPodThatIsDeletedIsReplacedAllTheSame() {
        store(0);
        DaemonPodView surged = Rounds.put(fleet, "node-001", UID, fleet.revision(), pod -> pod.createdAt(100));
        DaemonPodView old =
                Rounds.put(fleet, "node-001", UID, OLD, pod -> ready(pod, 1000).createdAt(50));
        for (int i = 2; i <= 5; i++) {
            boolean deleted = i == 5;
            Rounds.put(fleet, "node-00" + i, UID, OLD, pod -> {
                Fixtures.PodBuilder serving = ready(pod, 1000).createdAt(1);
                return deleted ? serving.terminating() : serving;
            });
        }
        assertThat(Rounds.once(fleet)).isEqualTo(new Round(1, 0));
        assertThat(fleet.nodes.get("node-005").pods).hasSize(2);
        assertThat(there(surged) && there(old)).isTrue();
        assertThat(Rounds.once(fleet)).isEqualTo(Rounds.NOTHING);
    }
}
