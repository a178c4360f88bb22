package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.node.ConvergeReply;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Most Pods cannot be made, after TestSimpleDaemonSetPodCreateErrors, TestDaemonSetPodCreateExpectationsError and
 * TestSimpleDaemonSetUpdatesStatusError of pkg/controller/daemon/daemon_controller_test.go and
 * TestUpdateStatusDespitePodCreationFailure of test/integration/daemonset: there a quota refuses them, here their
 * Nodes.
 */
class RefusedPodsTest {

    private static final int OUTSTANDING = 16;

    private final FleetSimulation fleet = new FleetSimulation();

    /** The first so many messages ever are taken, the others refused. */
    private void deliver(int taken) {
        List<DaemonSetPlanner.Send> arriving = List.copyOf(fleet.inFlight);
        fleet.inFlight.clear();
        for (DaemonSetPlanner.Send send : arriving) {
            if (fleet.created() < taken) {
                fleet.arrive(send);
            } else {
                fleet.planner.answered(
                        send.node(), send.message(), new ConvergeReply.Refused("exceeded quota"), fleet.now);
            }
        }
    }

    private void start(int nodes, UnaryOperator<ObjectNode> strategy) {
        fleet.planner = new DaemonSetPlanner(new PlannerSettings(OUTSTANDING, Duration.ZERO), fleet.state, fleet.now);
        fleet.addNodes(nodes).store(strategy.apply(daemonSet(UID, 1, "a")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void requestsAreBoundedAndTheStatusTellsWhatIsThere(String name, UnaryOperator<ObjectNode> strategy) {
        start(100, strategy);
        for (int pass = 0; pass < 20; pass++) {
            int before = fleet.everSent.size();
            fleet.step();
            assertThat(fleet.everSent.size() - before).isLessThanOrEqualTo(OUTSTANDING);
            deliver(10);
        }
        fleet.step();
        assertThat(fleet.everSent).as("each node is asked once, not in a loop").hasSize(100);
        assertThat(fleet.created()).isEqualTo(10);
        assertThat(fleet.status("desiredNumberScheduled")).isEqualTo(100);
        assertThat(fleet.status("currentNumberScheduled")).isEqualTo(10);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(10);
        assertThat(fleet.status("observedGeneration")).isEqualTo(1);
        assertThat(fleet.inFlight).as("nothing is expected any more").isEmpty();

        fleet.now = fleet.now.plusSeconds(600);
        fleet.settle();
        assertThat(fleet.created()).as("what was refused is asked for again").isEqualTo(100);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void thePodsThatAreThereBecomeReady(String name, UnaryOperator<ObjectNode> strategy) {
        start(5, strategy);
        fleet.step();
        deliver(2);
        fleet.kubelets().step();
        assertThat(fleet.status("numberReady")).isEqualTo(2);
        assertThat(fleet.status("numberAvailable")).isEqualTo(2);
        assertThat(fleet.status("numberUnavailable")).isEqualTo(3);
    }
}
