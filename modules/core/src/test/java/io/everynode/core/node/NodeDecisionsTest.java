package io.everynode.core.node;

import static io.everynode.core.node.TestNode.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.core.placement.NodeRequirements;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Resources;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeDecisionsTest {

    private static final String UID = "ds-1";
    private static final String OTHER = "ds-2";

    private static String taints(TestNode node) {
        return Json.at(node.state.object().tree(), "spec", "taints").toString();
    }

    @Test
    void taintsFollowConditionsInTheSameEvent() {
        TestNode node = TestNode.joined();
        assertThat(taints(node)).as("ready").doesNotContain("not-ready");
        int before = node.history.size();
        node.patch("status", "{'status':{'conditions':[{'type':'Ready','status':'Unknown'}]}}");
        assertThat(node.history).hasSize(before + 1);
        assertThat(taints(node)).contains("node.kubernetes.io/unreachable");
        assertThat(node.state.facts().taints()).anyMatch(t -> t.key().equals("node.kubernetes.io/unreachable"));
        node.patch(
                "status",
                "{'status':{'conditions':[{'type':'Ready','status':'True'},"
                        + "{'type':'NetworkUnavailable','status':'True'}]}}");
        assertThat(taints(node)).contains("network-unavailable").doesNotContain("unreachable");
        node.patch("", "{'spec':{'unschedulable':true}}");
        assertThat(taints(node)).contains("node.kubernetes.io/unschedulable");
        node.patch("", "{'spec':{'unschedulable':null}}");
        assertThat(taints(node)).doesNotContain("unschedulable");
    }

    @Test
    void aWriteThatTheControlPlaneUndoesIsNoChange() {
        TestNode node = TestNode.joined();
        node.patch("", "{'spec':{'unschedulable':true}}");
        int before = node.history.size();
        assertThat(node.patch("", "{'spec':{'taints':null}}")).isInstanceOf(WriteReply.Done.class);
        assertThat(node.history)
                .as("the taint of the cordon comes back at once")
                .hasSize(before);
        assertThat(node.patch("", "{'metadata':{'labels':null}}")).isInstanceOf(WriteReply.Done.class);
        assertThat(node.history).hasSize(before);
    }

    @Test
    void creatingTwiceAndChangingNothingThereAreRefused() {
        TestNode node = new TestNode();
        assertThat(node.patch("", "{'spec':{}}"))
                .isInstanceOfSatisfying(
                        WriteReply.Rejected.class,
                        r -> assertThat(r.status().code()).isEqualTo(404));
        node.write(new ObjectWrite.Create(TestNode.object("1", 1), "u"));
        assertThat(node.write(new ObjectWrite.Create(TestNode.object("1", 1), "u2")))
                .isInstanceOfSatisfying(
                        WriteReply.Rejected.class,
                        r -> assertThat(r.status().reason()).isEqualTo("AlreadyExists"));
    }

    @Test
    void aDryRunAnswersWithTheTaintedObjectAndPersistsNothing() {
        TestNode node = TestNode.joined();
        var decision = node.decideWrite(TestNode.patchOf("", "{'spec':{'unschedulable':true}}"), true);
        assertThat(decision.events()).isEmpty();
        assertThat(decision.reply())
                .isInstanceOfSatisfying(
                        WriteReply.DryRun.class,
                        r -> assertThat(r.object().toString()).contains("node.kubernetes.io/unschedulable"));
        var deletion = node.decideWrite(TestNode.delete(null), true);
        assertThat(deletion.events()).isEmpty();
        assertThat(deletion.reply()).isInstanceOf(WriteReply.DryRun.class);
    }

    @Test
    void aNodeGoesWithItsPodsInOnePersist() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.converge(OTHER, 1, run("A"));
        node.finalizers(node.pod(OTHER), "['x.io/y']");
        node.reserve("web", 1, "1");
        var decision = node.decideWrite(TestNode.delete(null), false);
        assertThat(decision.events()).hasSize(4);
        assertThat(decision.events().get(2)).isEqualTo(new NodeEvent.Removed("node-uid"));
        assertThat(((WriteReply.Done) decision.reply()).removed()).isTrue();
        node.apply(decision);
        assertThat(node.state.exists()).isFalse();
        assertThat(node.state.pods()).isEmpty();
        assertThat(node.state.incarnation()).isEqualTo(2);
    }

    @Test
    void aNodeThatComesBackCountsTheOrdinaryPodsThatAreStillBoundToIt() {
        TestNode node = TestNode.joined("1", 110);
        node.reserve("web", 1, "800m");
        node.reserve("refused", 1, "800m");
        node.write(TestNode.delete(null));
        assertThat(node.state.reservations()).containsOnlyKeys("web");
        node.write(new ObjectWrite.Create(TestNode.object("1", 110), "again"));
        assertThat(node.reserve("other", 1, "800m").refusal()).isEqualTo("Insufficient cpu");
        assertThat(node.reserve("web", 1, "800m").refusal())
                .as("the same answer")
                .isEmpty();
        node.release("web", 1);
        assertThat(node.reserve("other", 2, "800m").refusal()).isEmpty();
    }

    @Test
    void aPodMayGiveItsRoomBackWhileTheNodeIsGone() {
        TestNode node = TestNode.joined("1", 110);
        node.reserve("web", 1, "800m");
        node.write(TestNode.delete(null));
        node.release("web", 1);
        assertThat(node.state.reservations()).isEmpty();
    }

    @Test
    void reportsChangePhaseReadinessAndFailures() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        int before = node.history.size();
        node.report(node.pod(UID), "Running", true);
        assertThat(node.since(before)).hasSize(1).first().isInstanceOf(NodeEvent.DaemonPodReported.class);
        assertThat(node.pod(UID).phase()).isEqualTo("Running");
        assertThat(node.pod(UID).ready()).isTrue();
        assertThat(node.pod(UID).sequenceNumber()).isEqualTo(node.sequence());
        node.report(node.pod(UID), "Running", true);
        assertThat(node.since(before)).as("the same report again").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Failed", "Succeeded"})
    void aPodThatTurnsTerminalGivesItsRoomOn(String phase) {
        TestNode node = TestNode.joined("1", 110);
        node.converge(UID, 1, run("A", "800m", false));
        node.converge(OTHER, 1, run("A", "800m", false));
        assertThat(node.pod(OTHER).bound()).isFalse();
        int before = node.history.size();
        node.report(node.pod(UID), phase, false);
        assertThat(node.pod(OTHER).bound()).isTrue();
        assertThat(node.since(before))
                .hasSize(2)
                .last()
                .isEqualTo(new NodeEvent.DaemonPodBound(node.pod(OTHER).uid()));
    }

    @Test
    void waitingPodsAreBoundWhenTheNodeGrows() {
        TestNode node = TestNode.joined("1", 110);
        node.converge(UID, 1, run("A", "2", false));
        node.converge(OTHER, 1, run("A", "3", false));
        assertThat(node.pod(UID).waiting()).contains("Insufficient cpu");
        node.patch("status", "{'status':{'allocatable':{'cpu':'4'}}}");
        assertThat(List.of(node.pod(UID).bound(), node.pod(OTHER).bound()))
                .as("one fits")
                .containsExactlyInAnyOrder(true, false);
        node.patch("status", "{'status':{'allocatable':{'cpu':'5'}}}");
        assertThat(node.pod(UID).bound() && node.pod(OTHER).bound()).isTrue();
    }

    @Test
    void aWaitingPodSaysAnewWhyWhenTheReasonChanges() {
        TestNode node = TestNode.joined("1", 110);
        node.converge(UID, 1, run("A", "2", false));
        int before = node.history.size();
        node.patch("metadata", "{'metadata':{'labels':{'x':'y'}}}");
        assertThat(node.since(before)).as("the same reason is no event").hasSize(1);
        node.patch("status", "{'status':{'allocatable':{'pods':'0'}}}");
        assertThat(node.pod(UID).waiting()).contains("Too many pods");
    }

    @Test
    void aDeletedPodEndsGracefullyAndItsRuntimeConfirms() {
        TestNode node = TestNode.joined("1", 110);
        node.converge(UID, 1, run("A", "800m", false));
        node.converge(OTHER, 1, run("A", "800m", false));
        WriteReply first = node.deletePod(node.pod(UID), null);
        assertThat(((WriteReply.Done) first).removed()).isFalse();
        assertThat(node.pod(UID).deletionGrace()).isEqualTo(30);
        assertThat(node.pod(UID).deletionAt()).isEqualTo(node.now.toEpochMilli() + 30_000);
        assertThat(node.pod(OTHER).bound()).as("it still runs").isFalse();
        int before = node.history.size();
        node.deletePod(node.pod(UID), null);
        assertThat(node.history).as("asking again changes nothing").hasSize(before);
        node.deletePod(node.pod(UID), 5L);
        assertThat(node.pod(UID).deletionGrace()).isEqualTo(5);
        WriteReply confirmed = node.deletePod(node.pod(UID), 0L);
        assertThat(((WriteReply.Done) confirmed).removed()).isTrue();
        assertThat(node.pods(UID)).isEmpty();
        assertThat(node.pod(OTHER).bound()).isTrue();
    }

    @Test
    void aFinalizerHoldsADeletedPodUntilItIsTaken() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.finalizers(node.pod(UID), "['x.io/y']");
        node.deletePod(node.pod(UID), 0L);
        assertThat(node.pod(UID).terminating()).isTrue();
        assertThat(node.deletePod(node.pod(UID), 0L))
                .isInstanceOfSatisfying(
                        WriteReply.Done.class, d -> assertThat(d.removed()).isFalse());
        WriteReply last = node.finalizers(node.pod(UID), "null");
        assertThat(((WriteReply.Done) last).removed()).isTrue();
        assertThat(node.pods(UID)).isEmpty();
    }

    @Test
    void aWaitingPodIsDeletedAtOnce() {
        TestNode node = TestNode.joined("1", 0);
        node.converge(UID, 1, run("A"));
        WriteReply reply = node.deletePod(node.pod(UID), null);
        assertThat(((WriteReply.Done) reply).removed()).isTrue();
    }

    @Test
    void editsAreKeptBesideReports() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.writePod(node.pod(UID), TestNode.patchOf("", "{'metadata':{'labels':{'x':'y'}}}"), TestNode.template());
        node.report(node.pod(UID), "Running", true);
        ObjectNode object = DaemonPodRenderer.render(
                node.pod(UID), TestNode.NAME, TestNode.template().tree());
        assertThat(Json.text(object, "metadata", "labels", "x")).isEqualTo("y");
        assertThat(Json.text(object, "status", "phase")).isEqualTo("Running");
        assertThat(Json.text(object, "spec", "nodeName")).isEqualTo(TestNode.NAME);
        assertThat(Json.at(object, "spec", "containers")).hasSize(1);
    }

    /** Reports come without the template. */
    @Test
    void aReportThatTouchesMetadataDoesNotLoseTheSpec() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.report(node.pod(UID), "Running", true);
        node.writePod(node.pod(UID), TestNode.patchOf("status", "{'metadata':{'labels':{'x':'y'}}}"), null);
        ObjectNode object = DaemonPodRenderer.render(
                node.pod(UID), TestNode.NAME, TestNode.template().tree());
        assertThat(Json.at(object, "spec", "containers")).hasSize(1);
        assertThat(Json.text(object, "status", "phase")).isEqualTo("Running");
    }

    /** With the template nothing of such a write is lost. */
    @Test
    void aReportMayChangeLabelsToo() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.writePod(
                node.pod(UID),
                TestNode.patchOf("status", "{'metadata':{'labels':{'x':'y'}},'status':{'phase':'Running'}}"),
                TestNode.template());
        ObjectNode object = DaemonPodRenderer.render(
                node.pod(UID), TestNode.NAME, TestNode.template().tree());
        assertThat(Json.at(object, "spec", "containers")).hasSize(1);
        assertThat(Json.text(object, "status", "phase")).isEqualTo("Running");
        assertThat(Json.text(object, "metadata", "labels", "x")).isEqualTo("y");
    }

    @Test
    void writesOfPodsThatAreNotHereAndStalePreconditionsAreRefused() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        DaemonPod pod = node.pod(UID);
        node.report(pod, "Running", true);
        ObjectWrite stale = new ObjectWrite.Delete(
                new Precondition("", pod.sequenceNumber()), 0L, ObjectWrite.Propagation.BACKGROUND);
        assertThat(node.writePod(pod, stale, null))
                .isInstanceOfSatisfying(
                        WriteReply.Rejected.class,
                        r -> assertThat(r.status().reason()).isEqualTo("Conflict"));
        ObjectWrite other =
                new ObjectWrite.Delete(new Precondition("another-uid", 0), 0L, ObjectWrite.Propagation.BACKGROUND);
        assertThat(node.writePod(pod, other, null)).isInstanceOf(WriteReply.Rejected.class);
        ObjectWrite fresh = new ObjectWrite.Delete(
                new Precondition(pod.uid(), node.pod(UID).sequenceNumber()), 0L, ObjectWrite.Propagation.BACKGROUND);
        assertThat(((WriteReply.Done) node.writePod(pod, fresh, null)).removed())
                .isTrue();
        assertThat(node.deletePod(pod, 0L))
                .isInstanceOfSatisfying(
                        WriteReply.Rejected.class,
                        r -> assertThat(r.status().code()).isEqualTo(404));
    }

    @Test
    void aDryRunOfAPodsDeletionPersistsNothing() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        var decision = node.decidePod(node.pod(UID), TestNode.delete(null), true, TestNode.template());
        assertThat(decision.events()).isEmpty();
        assertThat(decision.reply())
                .isInstanceOfSatisfying(
                        WriteReply.DryRun.class,
                        r -> assertThat(r.object().toString())
                                .contains("deletionTimestamp")
                                .contains("containers"));
    }

    @Test
    void anAttemptGetsItsAnswerOnce() {
        TestNode node = TestNode.joined("1", 110);
        assertThat(node.reserve("web", 1, "600m")).isEqualTo(new ReserveReply(1, ""));
        assertThat(node.reserve("api", 1, "600m")).isEqualTo(new ReserveReply(1, "Insufficient cpu"));
        int before = node.history.size();
        assertThat(node.reserve("web", 1, "600m")).isEqualTo(new ReserveReply(1, ""));
        node.release("web", 1);
        assertThat(node.reserve("api", 1, "600m"))
                .as("the same attempt, the same answer, although there is room now")
                .isEqualTo(new ReserveReply(1, "Insufficient cpu"));
        assertThat(node.history).hasSize(before + 1);
        assertThat(node.reserve("api", 2, "600m")).isEqualTo(new ReserveReply(2, ""));
        assertThat(node.reserve("api", 1, "600m").refusal()).isNotEmpty();
        assertThat(node.state.requested().milliCpu()).isEqualTo(600);
    }

    @Test
    void aProposalAfterItsDeadlineReservesNothing() {
        TestNode node = new TestNode();
        CommandMeta meta = node.meta();
        NodeCommand.Reserve late = new NodeCommand.Reserve(
                meta,
                "web",
                "default",
                "web",
                1,
                new PodRequirements(NodeRequirements.ANY, List.of(), Resources.ZERO, List.of(), 0));
        var decision = NodeDecisions.reserve(node.state, late, Instant.ofEpochMilli(meta.deadlineMillis() + 1));
        assertThat(decision.events()).isEmpty();
        assertThat(decision.reply().refusal()).isNotEmpty();
    }

    @ParameterizedTest(name = "answered {0}, released {1}: still reserved {2}")
    @CsvSource({"2, 1, true", "2, 2, false", "2, 3, false"})
    void aReleaseEndsItsAttemptAndEarlierOnes(long answered, long released, boolean still) {
        TestNode node = TestNode.joined();
        node.reserve("web", answered, "1");
        assertThat(node.release("web", released)).isEqualTo(new ReserveReply(released, ""));
        assertThat(node.state.reservations().containsKey("web")).isEqualTo(still);
        int before = node.history.size();
        node.release("gone", 1);
        assertThat(node.history).as("nothing to release").hasSize(before);
    }

    @Test
    void aLaterAttemptGivesUpWhatTheEarlierHeld() {
        TestNode node = TestNode.joined("1", 110);
        node.reserve("web", 1, "600m");
        node.converge(UID, 1, run("A", "600m", false));
        assertThat(node.reserve("web", 2, "700m").refusal())
                .as("not beside itself")
                .isEmpty();
        assertThat(node.reserve("web", 3, "2").refusal()).isEqualTo("Insufficient cpu");
        assertThat(node.pod(UID).bound()).isTrue();
    }

    @Test
    void releasedRoomGoesToWaitingPodsAndReservedRoomIsTaken() {
        TestNode node = TestNode.joined("1", 110);
        node.reserve("web", 1, "600m");
        node.converge(UID, 1, run("A", "600m", false));
        assertThat(node.pod(UID).bound()).isFalse();
        node.release("web", 1);
        assertThat(node.pod(UID).bound()).isTrue();
        assertThat(node.reserve("late", 1, "600m").refusal()).isEqualTo("Insufficient cpu");
    }

    @Test
    void aNodeThatIsNotThereTakesNobody() {
        TestNode node = new TestNode();
        assertThat(node.reserve("web", 1, "").refusal()).isEqualTo("there is no such node");
        assertThat(node.state.podCount()).isZero();
    }

    private static ObjectWrite evict(Long grace) {
        return new ObjectWrite.Evict(
                Precondition.NONE,
                grace,
                ObjectWrite.Propagation.BACKGROUND,
                new Disruption(Disruption.EVICTION_API, "Eviction API: evicting", false));
    }

    @Test
    void anEvictedPodSaysWhyAndEndsInItsGrace() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.report(node.pod(UID), "Running", true);
        int before = node.history.size();
        node.writePod(node.pod(UID), evict(null), null);
        assertThat(node.since(before)).hasSize(2).last().isInstanceOf(NodeEvent.DaemonPodTerminating.class);
        assertThat(node.pod(UID).status().tree().path("conditions").toString())
                .contains("{\"type\":\"DisruptionTarget\",\"lastProbeTime\":null,"
                        + "\"lastTransitionTime\":\"2026-03-01T12:00:00Z\",\"status\":\"True\","
                        + "\"reason\":\"EvictionByEvictionAPI\",\"message\":\"Eviction API: evicting\"}");
        assertThat(node.pod(UID).ready()).as("it runs on for its grace").isTrue();
        before = node.history.size();
        node.writePod(node.pod(UID), evict(null), null);
        assertThat(node.history).as("again").hasSize(before);
        node.writePod(node.pod(UID), evict(0L), null);
        assertThat(node.pods(UID)).isEmpty();
    }

    @Test
    void aPodThatIsEvictedAtOnceSaysWhyBeforeItGoes() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        int before = node.history.size();
        node.writePod(node.pod(UID), evict(0L), null);
        assertThat(node.since(before)).hasSize(2);
        assertThat(node.since(before).get(0)).isInstanceOf(NodeEvent.DaemonPodReported.class);
        assertThat(node.since(before).get(1)).isInstanceOf(NodeEvent.DaemonPodRemoved.class);
    }

    /** Reports of different age may arrive in any order. */
    @ParameterizedTest
    @CsvSource({"Failed,Running", "Failed,Pending", "Succeeded,Running", "Succeeded,Failed", "Failed,Succeeded"})
    void aTerminalPhaseStays(String last, String late) {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.report(node.pod(UID), last, false);
        int before = node.history.size();
        WriteReply reply = node.writePod(
                node.pod(UID), TestNode.patchOf("status", "{'status':{'phase':'%s'}}".formatted(late)), null);
        assertThat(reply)
                .isInstanceOfSatisfying(
                        WriteReply.Rejected.class,
                        r -> assertThat(r.status().details().causes())
                                .singleElement()
                                .satisfies(cause -> assertThat(cause.field()).isEqualTo("status.phase")));
        assertThat(node.history).hasSize(before);
        node.writePod(node.pod(UID), TestNode.patchOf("status", "{'status':{'message':'over'}}"), null);
        assertThat(node.pod(UID).phase()).isEqualTo(last);
        assertThat(node.history).as("other things may still be reported").hasSize(before + 1);
    }

    private static ObjectWrite foreground(Long grace) {
        return new ObjectWrite.Delete(Precondition.NONE, grace, ObjectWrite.Propagation.FOREGROUND);
    }

    @Test
    void aPodDeletedInTheForegroundIsHeldByItsFinalizer() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.writePod(node.pod(UID), foreground(0L), TestNode.template());
        ObjectNode object = DaemonPodRenderer.render(
                node.pod(UID), TestNode.NAME, TestNode.template().tree());
        assertThat(Json.at(object, "metadata", "finalizers").toString()).isEqualTo("[\"foregroundDeletion\"]");
        assertThat(Json.at(object, "metadata", "deletionGracePeriodSeconds").asLong())
                .isZero();
        node.deletePod(node.pod(UID), 0L);
        assertThat(node.pods(UID)).as("held").hasSize(1);
        node.finalizers(node.pod(UID), "null");
        assertThat(node.pods(UID)).isEmpty();
    }

    /** With the template (a client) and without it (a runtime's confirmation). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTemplatesFinalizersHoldItsPodsAndTheirSlot(boolean withTemplate) {
        TestNode node = TestNode.joined();
        Converge.Run held = new Converge.Run(
                "A", "template-A", 1, TestNode.requirements("", 0), 30, false, List.of("example.com/a"));
        node.converge(UID, 1, held);
        DaemonPod pod = node.pod(UID);
        ObjectNode object =
                DaemonPodRenderer.render(pod, TestNode.NAME, TestNode.template().tree());
        assertThat(Json.at(object, "metadata", "finalizers").toString()).isEqualTo("[\"example.com/a\"]");
        node.converge(UID, 1, new Converge.End(pod.uid()));
        node.writePod(pod, TestNode.delete(0L), withTemplate ? TestNode.template() : null);
        assertThat(node.pod(UID).terminating()).isTrue();
        assertThat(node.converge(UID, 1, held)).isInstanceOf(ConvergeReply.NothingToDo.class);
        assertThat(node.recovered()).isEqualTo(node.state);
        node.finalizers(node.pod(UID), "null");
        assertThat(node.pods(UID)).isEmpty();
    }

    @Test
    void aFinishedPodThatItsTemplateHoldsStaysBesideTheNext() {
        TestNode node = TestNode.joined();
        Converge.Run held = new Converge.Run(
                "A", "template-A", 1, TestNode.requirements("", 0), 30, false, List.of("example.com/a"));
        node.converge(UID, 1, held);
        node.report(node.pod(UID), "Succeeded", false);
        node.converge(UID, 1, held);
        node.converge(UID, 1, held);
        assertThat(node.pods(UID)).hasSize(2).filteredOn(DaemonPod::live).hasSize(1);
        node.converge(UID, 1, new Converge.Retire());
        assertThat(node.pods(UID)).hasSize(2).allMatch(DaemonPod::terminating);
    }

    /** A finalizer that is not kept must not be waited for either. */
    @Test
    void withoutTheTemplateAPodGoesInTheBackground() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.writePod(node.pod(UID), foreground(0L), null);
        assertThat(node.pods(UID)).isEmpty();
    }

    @Test
    void aNegativeGraceIsOneSecond() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A", "", false, -1));
        node.deletePod(node.pod(UID), null);
        assertThat(node.pod(UID).deletionGrace()).isEqualTo(1);
        node.converge(OTHER, 1, run("A", "", false, -1));
        node.converge(OTHER, 1, new Converge.Retire());
        assertThat(node.pod(OTHER).deletionGrace()).isEqualTo(1);
    }

    /** ValidatePodUpdate: the same holds for a Pod that its DaemonSet made. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'spec':{'containers':[{'name':'c','image':'other:2'}]}}|",
                "{'spec':{'activeDeadlineSeconds':5}}|",
                "{'spec':{'nodeName':'another'}}|spec",
                "{'spec':{'hostNetwork':true}}|spec",
                "{'spec':{'restartPolicy':'Never'}}|spec",
                "{'spec':{'containers':[]}}|spec.containers",
                "{'spec':{'tolerations':[]}}|spec.tolerations",
            })
    void littleOfADaemonPodMayChange(String body, String refusedField) {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        WriteReply reply = node.writePod(node.pod(UID), TestNode.patchOf("", body), TestNode.template());
        if (refusedField == null) {
            assertThat(reply).isInstanceOf(WriteReply.Done.class);
            assertThat(node.pod(UID).edited()).isNotNull();
        } else {
            assertThat(reply)
                    .isInstanceOfSatisfying(
                            WriteReply.Rejected.class,
                            r -> assertThat(r.status().details().causes())
                                    .anyMatch(cause -> cause.field().equals(refusedField)));
            assertThat(node.pod(UID).edited()).isNull();
        }
    }
}
