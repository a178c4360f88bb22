package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.node.Converge;
import io.everynode.objects.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DaemonSetPlannerTest {

    private final FleetSimulation fleet = new FleetSimulation();

    private static ObjectNode annotated(ObjectNode tree, String key, String value) {
        return with(
                tree,
                copy -> Json.child(Json.child(copy, "metadata"), "annotations").put(key, value));
    }

    @Test
    void messagesSayWhoWhyAndFromWhat() {
        fleet.addNodes(1).store(annotated(daemonSet(UID, 4, "a"), "deprecated.daemonset.template.generation", "3"));
        fleet.step();
        Converge message = fleet.inFlight.get(0).message();
        assertThat(message.meta().caller().user()).isEqualTo("system:daemonset-controller");
        assertThat(message.meta().plannedAt()).isPositive();
        assertThat(message.meta().cause()).isEqualTo("journal " + message.meta().plannedAt());
        assertThat(message.meta().deadlineMillis())
                .isEqualTo(fleet.now.plusSeconds(10).toEpochMilli());
        assertThat(message.daemonSetUid()).isEqualTo(UID);
        assertThat(message.namespace() + "/" + message.daemonSet()).isEqualTo("default/logger");
        assertThat(message.generation()).isEqualTo(4);
        assertThat(message.reason()).isEqualTo("no Pod yet");
        AdmittedTemplate template = fleet.planner.template().orElseThrow();
        assertThat(message.wish())
                .isEqualTo(new Converge.Run(fleet.revision(), template.hash(), 3, template.requirements(), 7, false));
        assertThat(template.template().toString())
                .contains("node.kubernetes.io/not-ready")
                .doesNotContain("null");
        assertThat(fleet.state
                        .current()
                        .revisions()
                        .get(fleet.revision())
                        .data()
                        .toString())
                .doesNotContain("tolerations");
    }

    @Test
    void aRepeatedMessageHasANewDeadlineAndTheSameId() {
        fleet.addNodes(1).store(daemonSet(UID, 1, "a")).step();
        Converge first = fleet.inFlight.get(0).message();
        fleet.now = fleet.last.wakeAt().orElseThrow();
        fleet.step();
        Converge second = fleet.inFlight.get(1).message();
        assertThat(second.meta().id()).isEqualTo(first.meta().id());
        assertThat(second.meta().deadlineMillis()).isGreaterThan(first.meta().deadlineMillis());
    }

    @Test
    void budgetMessagesFollowTheirGrant() {
        fleet.addNodes(3).store(daemonSet(UID, 1, "a")).settle();
        fleet.store(daemonSet(UID, 2, "b"));
        DaemonSetPlanner.Step step = fleet.planner.step(fleet.state, fleet.version, fleet.now);
        assertThat(step.events()).hasAtLeastOneElementOfType(DaemonSetEvent.Granted.class);
        assertThat(step.sends()).isEmpty();
        assertThat(step.wakeAt()).contains(fleet.now);
        // The persist failed: nothing was granted, so still nothing may be sent.
        assertThat(fleet.planner.step(fleet.state, fleet.version, fleet.now).sends())
                .isEmpty();
        fleet.step();
        assertThat(fleet.inFlight).extracting(DaemonSetPlanner.Send::node).containsExactly("node-001");
    }

    @Test
    void aNewActorKeepsOldGrants() {
        fleet.addNodes(5).store(daemonSet(UID, 1, "a")).settle();
        fleet.store(daemonSet(UID, 2, "b")).step();
        fleet.inFlight.clear();
        fleet.restart();
        fleet.step();
        assertThat(fleet.state.current().grants().keySet()).containsExactly("node-001");
        assertThat(fleet.inFlight).extracting(DaemonSetPlanner.Send::node).containsExactly("node-001");
    }

    @Test
    void atMostFiveHundredNodesPerGrant() {
        fleet.addNodes(1200)
                .store(with(daemonSet(UID, 1, "a"), rolling("100%", 0)))
                .settle();
        fleet.store(with(daemonSet(UID, 2, "b"), rolling("100%", 0))).step();
        List<Integer> sizes = fleet.journal.stream()
                .map(FleetSimulation.Row::event)
                .filter(DaemonSetEvent.Granted.class::isInstance)
                .map(event -> ((DaemonSetEvent.Granted) event).granted().size())
                .toList();
        assertThat(sizes).containsExactly(500, 500, 200);
        assertThat(fleet.inFlight).hasSize(FleetSimulation.SETTINGS.outstanding());
    }

    @Test
    void aDeletedDaemonSetRetiresEverywhere() {
        fleet.addNodes(3).store(daemonSet(UID, 1, "a")).settle();
        fleet.delete();
        Instant removed = fleet.now;
        fleet.step();
        assertThat(fleet.inFlight).hasSize(3).allSatisfy(send -> {
            assertThat(send.message().wish()).isEqualTo(new Converge.Retire());
            assertThat(send.message().daemonSetUid()).isEqualTo(UID);
        });
        // The name is used again meanwhile.
        fleet.store(daemonSet("second", 1, "a"));
        fleet.step().deliver().kubelets().step().deliver().kubelets().step();
        assertThat(fleet.pods(pod -> true)).isEqualTo(3);
        assertThat(fleet.state.retiring()).containsOnlyKeys(UID);
        assertThat(fleet.last.wakeAt()).contains(removed.plusSeconds(60));
        fleet.now = removed.plusSeconds(60);
        fleet.step();
        assertThat(fleet.state.retiring()).isEmpty();
        assertThat(fleet.state.current().uid()).isEqualTo("second");
    }

    @Test
    void aRetirementIsNotFinishedWhileAPodIsLeft() {
        fleet.addNodes(2).store(daemonSet(UID, 1, "a")).settle();
        fleet.delete();
        fleet.step().deliver();
        fleet.now = fleet.now.plusSeconds(500);
        fleet.restart();
        fleet.step();
        assertThat(fleet.state.retiring()).containsOnlyKeys(UID);
        assertThat(fleet.inFlight).isEmpty();
        fleet.kubelets().step();
        assertThat(fleet.state.retiring()).isEmpty();
    }

    /** A message that was under way when the DaemonSet was deleted has made a Pod. */
    @Test
    void aLatePodOfARetiringDaemonSetIsRetiredToo() {
        fleet.addNodes(2).store(daemonSet(UID, 1, "a")).settle();
        fleet.delete();
        fleet.step().deliver().kubelets().step();
        fleet.nodes.get("node-001").create(UID, 1, "old");
        fleet.observe(fleet.nodes.get("node-001"));
        fleet.step();
        assertThat(fleet.inFlight).extracting(DaemonSetPlanner.Send::node).containsExactly("node-001");
    }

    @Test
    void oldRevisionsAreTrimmedWhenNoPodCarriesThem() {
        fleet.addNodes(2);
        for (int i = 1; i <= 5; i++) {
            fleet.store(with(
                            daemonSet(UID, i, "v" + i),
                            tree -> Json.child(tree, "spec").put("revisionHistoryLimit", 2)))
                    .settle();
        }
        Set<Long> numbers = fleet.state.current().revisions().values().stream()
                .map(Revision::number)
                .collect(Collectors.toSet());
        assertThat(numbers).containsExactlyInAnyOrder(3L, 4L, 5L);
        // A template that was trimmed is recorded anew.
        fleet.store(daemonSet(UID, 6, "v1"));
        assertThat(fleet.state.current().revisions().get(fleet.revision()).number())
                .isEqualTo(6);
    }

    @Test
    void statusIsWrittenNowAndThenAndKeepsWhatOthersWrote() {
        PlannerSettings calm = new PlannerSettings(256, Duration.ofSeconds(1));
        fleet.planner = new DaemonSetPlanner(calm, fleet.state, fleet.now);
        fleet.store(daemonSet(UID, 1, "a")).step();
        ObjectNode written = fleet.state.renderObject();
        Json.child(written, "status").putArray("conditions").addObject().put("type", "StatusPatched");
        fleet.store(written);
        fleet.addNodes(1).step();
        assertThat(fleet.status("desiredNumberScheduled")).isZero();
        assertThat(fleet.last.wakeAt()).contains(fleet.now.plusSeconds(1));
        fleet.now = fleet.now.plusSeconds(1);
        fleet.step();
        assertThat(fleet.status("desiredNumberScheduled")).isEqualTo(1);
        assertThat(fleet.state.current().status().toString()).contains("StatusPatched");
        long rows = fleet.journal.size();
        fleet.now = fleet.now.plusSeconds(1);
        fleet.step();
        assertThat(fleet.journal).hasSize((int) rows);
    }

    @Test
    void aDaemonSetThatFinalizersHoldIsLeftAlone() {
        fleet.addNodes(2).store(daemonSet(UID, 1, "a")).settle();
        fleet.store(with(
                daemonSet(UID, 2, "b"),
                tree -> Json.child(tree, "metadata").put("deletionTimestamp", "2026-11-21T12:00:00Z")));
        long rows = fleet.journal.size();
        fleet.step();
        assertThat(fleet.inFlight).isEmpty();
        assertThat(fleet.journal).hasSize((int) rows);
    }

    /** A step for each node that joins: the time of a step must not grow with the number of nodes. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void manyNodesJoiningOneByOne() {
        fleet.store(daemonSet(UID, 1, "a")).step();
        for (int i = 0; i < 20_000; i++) {
            fleet.addNode(Fixtures.node("node-" + i));
            fleet.step().deliver();
        }
        fleet.step();
        assertThat(fleet.created()).isEqualTo(20_000);
    }
}
