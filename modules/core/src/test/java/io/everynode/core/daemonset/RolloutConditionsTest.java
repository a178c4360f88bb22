package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.onDelete;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Fixtures.PodBuilder;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RolloutConditionsTest {

    private final FleetSimulation fleet = new FleetSimulation();

    private JsonNode condition(String type) {
        for (JsonNode condition : fleet.state.current().status().tree().path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return Json.object();
    }

    /** "status reason" of a condition, "" without it. */
    private String shown(String type) {
        JsonNode condition = condition(type);
        return (Json.text(condition, "status") + " " + Json.text(condition, "reason")).trim();
    }

    private String message(String type) {
        return Json.text(condition(type), "message");
    }

    private void change(String node, UnaryOperator<PodBuilder> change) {
        FleetSimulation.SimulatedNode on = fleet.nodes.get(node);
        for (String uid : List.copyOf(on.pods.keySet())) {
            on.change(uid, change);
        }
        fleet.observe(on);
    }

    /** Lets time pass, a step whenever the planner asks for one. */
    private void pass(int seconds) {
        Instant until = fleet.now.plusSeconds(seconds);
        fleet.step();
        while (fleet.last.wakeAt().isPresent() && !fleet.last.wakeAt().get().isAfter(until)) {
            Instant next = fleet.last.wakeAt().get();
            assertThat(next).isAfter(fleet.now);
            fleet.now = next;
            fleet.step();
            fleet.inFlight.clear();
        }
        fleet.now = until;
        fleet.step();
    }

    private void running(int nodes, ObjectNode daemonSet) {
        fleet.addNodes(nodes).store(daemonSet).settle();
    }

    /** Delivers what is sent; the new Pods get the trouble. */
    private void rollOnto(String trouble) {
        for (int i = 0; i < 4; i++) {
            fleet.step().deliver().kubelets(pod -> false);
        }
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            node.pods.keySet().stream()
                    .toList()
                    .forEach(uid -> node.change(uid, pod -> pod.view().ready() ? pod : pod.trouble(trouble)));
            fleet.observe(node);
        }
    }

    @Test
    void aNewDaemonSetIsServedWhenItsPodsAre() {
        fleet.addNodes(3).store(daemonSet(UID, 1, "a")).step();
        assertThat(shown("Available")).isEqualTo("False MinimumNodesUnavailable");
        assertThat(message("Available")).isEqualTo("0 of 3 nodes have an available Pod, 1 may be without");
        assertThat(shown("Progressing")).isEqualTo("True RolloutInProgress");
        assertThat(message("Progressing"))
                .isEqualTo("0 of 3 nodes updated; waiting for: node-001 (no Pod yet), node-002 (no Pod yet),"
                        + " node-003 (no Pod yet)");
        String began = Json.text(condition("Available"), "lastTransitionTime");
        fleet.settle();
        assertThat(shown("Available")).isEqualTo("True MinimumNodesAvailable");
        assertThat(Json.text(condition("Available"), "lastTransitionTime")).isGreaterThan(began);
        assertThat(Json.text(condition("Progressing"), "lastTransitionTime"))
                .as("its status stayed")
                .isEqualTo(began);
        assertThat(shown("Progressing")).isEqualTo("True NodesUpdated");
        assertThat(message("Progressing")).isEqualTo("3 of 3 nodes updated");
        assertThat(shown("PlacementFailure")).isEmpty();
    }

    @Test
    void withoutNodesNothingIsMissing() {
        fleet.store(daemonSet(UID, 1, "a")).step();
        assertThat(shown("Available")).isEqualTo("True MinimumNodesAvailable");
        assertThat(shown("Progressing")).isEqualTo("True NodesUpdated");
    }

    @Test
    void aBrokenImageBlocksTheRolloutAfterAWhileAndSaysWhere() {
        running(5, with(daemonSet(UID, 1, "a"), rolling(2, 0)));
        fleet.store(with(daemonSet(UID, 2, "broken"), rolling(2, 0)));
        rollOnto("ImagePullBackOff");
        fleet.step();
        assertThat(shown("Progressing")).isEqualTo("True RolloutInProgress");
        pass(11);
        assertThat(shown("Progressing")).isEqualTo("False RolloutBlocked");
        assertThat(message("Progressing"))
                .isEqualTo("2 of 5 nodes updated, 3 wait for a turn; waiting for:"
                        + " node-001 (Pod logger-node-001-2 is not ready: ImagePullBackOff),"
                        + " node-002 (Pod logger-node-002-2 is not ready: ImagePullBackOff)");
        assertThat(shown("Available")).isEqualTo("True MinimumNodesAvailable");
        int rows = fleet.journal.size();
        pass(600);
        assertThat(fleet.journal).as("nothing happens, so nothing is written").hasSize(rows);
        // Undone: at once it is on its way again.
        fleet.store(with(daemonSet(UID, 3, "a"), rolling(2, 0))).step();
        assertThat(shown("Progressing")).isEqualTo("True RolloutInProgress");
        fleet.settle();
        assertThat(shown("Progressing")).isEqualTo("True NodesUpdated");
        assertThat(message("Progressing")).isEqualTo("5 of 5 nodes updated");
    }

    @Test
    void aCrashLoopDoesNotFlap() {
        running(3, daemonSet(UID, 1, "a"));
        fleet.store(daemonSet(UID, 2, "broken"));
        rollOnto("CrashLoopBackOff");
        pass(11);
        assertThat(shown("Progressing")).isEqualTo("False RolloutBlocked");
        int rows = fleet.journal.size();
        for (int i = 0; i < 20; i++) {
            // Between two crashes it looks as if it were starting.
            change("node-001", pod -> pod.trouble(""));
            pass(4);
            change("node-001", pod -> pod.trouble("CrashLoopBackOff"));
            pass(4);
        }
        assertThat(shown("Progressing")).isEqualTo("False RolloutBlocked");
        assertThat(fleet.journal.size() - rows).as("messages within 160 s").isLessThanOrEqualTo(33);
    }

    @Test
    void messagesDoNotFollowEveryPod() {
        fleet.addNodes(100).store(daemonSet(UID, 1, "a")).step();
        String first = message("Progressing");
        fleet.deliver();
        int made = 0;
        List<String> messages = new ArrayList<>();
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            node.pods.keySet().stream().toList().forEach(uid -> node.change(uid, pod -> pod.readySince(fleet.now)));
            fleet.observe(node);
            fleet.now = fleet.now.plusMillis(40);
            fleet.step();
            made++;
            messages.add(message("Progressing"));
            assertThat(fleet.status("numberReady")).isEqualTo(made);
        }
        assertThat(messages.stream().distinct().count()).isLessThanOrEqualTo(3);
        assertThat(messages).first().isEqualTo(first);
        assertThat(messages).last().isEqualTo("100 of 100 nodes updated");
    }

    @Test
    void aPodThatDoesNotFitIsSaidAtOnce() {
        running(3, daemonSet(UID, 1, "a"));
        fleet.addNode(Fixtures.node("node-full"));
        fleet.step().deliver();
        change("node-full", pod -> pod.unbound().trouble("Insufficient cpu"));
        fleet.step();
        assertThat(shown("PlacementFailure")).isEqualTo("True FailedPlacement");
        assertThat(message("PlacementFailure"))
                .isEqualTo(
                        "the Pod does not fit on 1 node: node-full (Pod logger-node-full-1 does not fit: Insufficient"
                                + " cpu)");
        assertThat(shown("Progressing")).as("a node that joins is no rollout").isEqualTo("True NodesUpdated");
        assertThat(message("Progressing"))
                .isEqualTo("4 of 4 nodes updated; waiting for: node-full (Pod logger-node-full-1 does not fit:"
                        + " Insufficient cpu)");
        change("node-full", pod -> pod.readySince(fleet.now));
        change("node-full", pod -> new PodBuilder(bound(pod.view())));
        fleet.step();
        assertThat(shown("PlacementFailure")).isEmpty();
    }

    private static DaemonPodView bound(DaemonPodView pod) {
        return new DaemonPodView(
                pod.node(),
                pod.podUid(),
                pod.podName(),
                pod.generation(),
                pod.revision(),
                "Running",
                true,
                pod.readySince(),
                false,
                true,
                pod.createdAt(),
                0);
    }

    /** Its node is ready and answers, but its runtime never says that the Pod has ended. */
    @Test
    void aPodWhoseEndIsNeverConfirmedBlocks() {
        running(2, daemonSet(UID, 1, "a"));
        fleet.store(daemonSet(UID, 2, "b")).step();
        fleet.inFlight.clear();
        Instant graceOver = fleet.now.plusSeconds(30);
        change("node-001", pod -> pod.endsAt(graceOver));
        pass(30 + (int) Blocker.ENDING.toSeconds() - 1);
        assertThat(shown("Progressing")).isEqualTo("True RolloutInProgress");
        pass(1 + (int) RolloutConditions.SETTLES_AFTER.toSeconds() + 1);
        assertThat(shown("Progressing")).isEqualTo("False RolloutBlocked");
        assertThat(message("Progressing"))
                .isEqualTo("0 of 2 nodes updated, 1 waits for a turn; waiting for: node-001 (Pod logger-node-001-1 is"
                        + " terminating, and its node does not confirm its end)");
    }

    @Test
    void whoUpdatesOnDeletionWaitsForNobody() {
        running(3, with(daemonSet(UID, 1, "a"), onDelete()));
        fleet.store(with(daemonSet(UID, 2, "b"), onDelete())).settle();
        assertThat(shown("Progressing")).isEqualTo("True UpdatedOnDelete");
        assertThat(message("Progressing"))
                .isEqualTo("0 of 3 nodes updated, the others are updated when their Pod is deleted (updateStrategy"
                        + " OnDelete)");
    }

    /** An update that is complete stays complete when a Pod fails later on; availability tells that. */
    @Test
    void aLaterFailureIsNoRollout() {
        running(3, daemonSet(UID, 1, "a"));
        change("node-001", pod -> pod.notReady().trouble("CrashLoopBackOff"));
        change("node-002", pod -> pod.notReady().trouble("CrashLoopBackOff"));
        pass(30);
        assertThat(shown("Progressing")).isEqualTo("True NodesUpdated");
        assertThat(message("Progressing")).contains("node-001", "CrashLoopBackOff");
        assertThat(shown("Available")).isEqualTo("False MinimumNodesUnavailable");
        assertThat(message("Available")).isEqualTo("1 of 3 nodes have an available Pod, 1 may be without");
    }

    @Test
    void conditionsOfClientsStay() {
        running(1, daemonSet(UID, 1, "a"));
        ObjectNode status = fleet.state.current().status().tree();
        ObjectNode theirs = Json.object().put("type", "StatusUpdate").put("status", "True");
        status.putArray("conditions").add(theirs);
        fleet.persist(new DaemonSetEvent.StatusChanged(UID, JsonBytes.of(status)));
        fleet.step();
        assertThat(fleet.state.current().status().tree().path("conditions"))
                .extracting(condition -> Json.text(condition, "type"))
                .containsExactly("StatusUpdate", "Available", "Progressing");
    }

    @Test
    void aNewActorGoesOnFromWhatIsStored() {
        running(3, daemonSet(UID, 1, "a"));
        fleet.store(daemonSet(UID, 2, "broken"));
        rollOnto("ImagePullBackOff");
        pass(11);
        int rows = fleet.journal.size();
        fleet.restart();
        pass(100);
        assertThat(fleet.journal).hasSize(rows);
        assertThat(shown("Progressing")).isEqualTo("False RolloutBlocked");
    }

    @Test
    void aMessageHasALimit() {
        for (int i = 0; i < 9; i++) {
            fleet.addNode(Fixtures.node("node-" + i + "-" + "x".repeat(240)));
        }
        fleet.store(daemonSet(UID, 1, "a")).step();
        assertThat(message("Progressing"))
                .hasSizeLessThanOrEqualTo(RolloutConditions.LONGEST_MESSAGE)
                .endsWith("...");
    }
}
