package io.everynode.core.node;

import static io.everynode.core.node.TestNode.run;
import static io.everynode.core.node.TestNode.surge;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.WriteReply;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SlotDecisionsTest {

    private static final String UID = "ds-1";

    /** What a Run of revision B at generation 5 leads to. */
    static Stream<Arguments> runs() {
        return Stream.of(
                row("empty slot", n -> {}, false, "Made"),
                row("no node", n -> n.write(TestNode.delete(null)), false, "Refused there is no such node"),
                row(
                        "not eligible",
                        n -> n.patch("", "{'spec':{'taints':[{'key':'k','effect':'NoSchedule'}]}}"),
                        false,
                        "Refused untolerated taint {k:NoSchedule}"),
                row("cordoned", n -> n.patch("", "{'spec':{'unschedulable':true}}"), false, "Made"),
                row("older generation seen", n -> n.converge(UID, 4, run("A")), false, "NothingToDo is there"),
                row("newer generation seen", n -> n.converge(UID, 6, run("A")), false, "Refused older than 6"),
                row("newer generation seen of another DaemonSet", n -> n.converge("ds-2", 6, run("A")), false, "Made"),
                row("retired", n -> n.converge(UID, 4, new Converge.Retire()), false, "Refused the DaemonSet is gone"),
                row("another one retired", n -> n.converge("ds-2", 4, new Converge.Retire()), false, "Made"),
                row("live of this revision", n -> n.converge(UID, 5, run("B")), false, "NothingToDo is there"),
                row("live of this revision, surge", n -> n.converge(UID, 5, run("B")), true, "NothingToDo is there"),
                row("live of another revision", n -> n.converge(UID, 5, run("A")), false, "NothingToDo is there"),
                row("live of another revision, surge", n -> n.converge(UID, 5, run("A")), true, "Made"),
                row("two live, surge", SlotDecisionsTest::twoLive, true, "NothingToDo is there"),
                row("terminating", SlotDecisionsTest::terminating, false, "NothingToDo still terminating"),
                row("terminating, surge", SlotDecisionsTest::terminating, true, "Made"),
                row("failed, within back-off", n -> ended(n, "Failed"), false, "Deferred"),
                row("failed, within back-off, surge", n -> ended(n, "Failed"), true, "Deferred"),
                row("failed, after back-off", SlotDecisionsTest::failedLongAgo, false, "Removed Made"),
                row("failed, after back-off, surge", SlotDecisionsTest::failedLongAgo, true, "Removed Made"),
                row("succeeded", n -> ended(n, "Succeeded"), false, "Removed Made"),
                row("succeeded, held", n -> held(n, "Succeeded"), false, "Terminating"),
                row("succeeded, held, surge", n -> held(n, "Succeeded"), true, "Terminating Made"),
                row(
                        "succeeded, held and terminating",
                        n -> {
                            held(n, "Succeeded");
                            n.converge(UID, 5, run("B"));
                        },
                        false,
                        "Made"),
                row(
                        "no room",
                        n -> n.patch("status", "{'status':{'allocatable':{'pods':'0'}}}"),
                        false,
                        "Made StillWaiting"));
    }

    private static Arguments row(String name, Consumer<TestNode> before, boolean surge, String outcome) {
        return Arguments.of(name, before, surge, outcome);
    }

    private static void twoLive(TestNode node) {
        node.converge(UID, 5, run("A"));
        node.converge(UID, 5, surge("C"));
        assertThat(node.pods(UID)).hasSize(2);
    }

    private static void terminating(TestNode node) {
        node.converge(UID, 5, run("A"));
        node.converge(UID, 5, new Converge.End(node.pod(UID).uid()));
    }

    private static void ended(TestNode node, String phase) {
        node.converge(UID, 5, run("A"));
        node.report(node.pod(UID), phase, false);
    }

    private static void failedLongAgo(TestNode node) {
        ended(node, "Failed");
        node.now = node.now.plusMillis(Failures.FIRST_BACKOFF_MILLIS);
    }

    private static void held(TestNode node, String phase) {
        ended(node, phase);
        assertThat(node.finalizers(node.pod(UID), "['x.io/y']")).isInstanceOf(WriteReply.Done.class);
    }

    @ParameterizedTest(name = "{0} -> {3}")
    @MethodSource("runs")
    void aRunIsDecidedByTheSlot(String name, Consumer<TestNode> before, boolean surge, String outcome) {
        TestNode node = TestNode.joined();
        before.accept(node);
        NodeState unchanged = node.state;
        var decision = node.decide(UID, 5, run("B", "", surge));
        String kinds = String.join(
                " ",
                decision.events().stream()
                        .map(e -> e.getClass()
                                .getSimpleName()
                                .replace("DaemonPod", "")
                                .replace("DaemonSet", ""))
                        .toList());
        assertThat(node.state).as("deciding changes nothing").isEqualTo(unchanged);
        if (decision.events().isEmpty()) {
            String reply = decision.reply().getClass().getSimpleName();
            assertThat(reply).isEqualTo(outcome.split(" ")[0]);
            assertThat(decision.reply().toString())
                    .contains(outcome.substring(reply.length()).strip());
        } else {
            assertThat(kinds).isEqualTo(outcome);
            assertThat(decision.reply()).isInstanceOf(ConvergeReply.Applied.class);
        }
    }

    @Test
    void aNewPodHoldsTheFactsOfItsMessage() {
        TestNode node = TestNode.joined();
        node.converge(UID, 5, run("B", "100m", false, 7));
        NodeEvent.DaemonPodCreated created = node.pod(UID).createdBy();
        assertThat(created.daemonSetUid()).isEqualTo(UID);
        assertThat(created.namespace() + "/" + created.daemonSet()).isEqualTo("kube-system/agent");
        assertThat(created.generation()).isEqualTo(5);
        assertThat(created.revision()).isEqualTo("B");
        assertThat(created.template()).isEqualTo("template-B");
        assertThat(created.requests().milliCpu()).isEqualTo(100);
        assertThat(created.graceSeconds()).isEqualTo(7);
        assertThat(created.incarnation()).isEqualTo(1);
        assertThat(created.name()).isEqualTo(DaemonPodNames.name("agent", UID, TestNode.NAME, 1));
        assertThat(created.uid()).isEqualTo(DaemonPodNames.uid(UID, TestNode.NAME, 1));
        assertThat(created.waiting()).isEmpty();
        assertThat(node.state.generations()).containsEntry(UID, 5L);
    }

    @Test
    void aCommandAfterItsDeadlineDoesNothing() {
        TestNode node = TestNode.joined();
        CommandMeta meta = new CommandMeta("c", Caller.controller("d"), "", node.now.toEpochMilli(), 0);
        Converge converge = new Converge(meta, UID, "kube-system", "agent", 1, run("A"), "");
        assertThat(SlotDecisions.decide(node.state, converge, 1, node.now).reply())
                .isInstanceOf(ConvergeReply.Applied.class);
        assertThat(SlotDecisions.decide(node.state, converge, 1, node.now.plusMillis(1)))
                .satisfies(late -> assertThat(late.events()).isEmpty())
                .satisfies(late -> assertThat(late.reply()).isInstanceOf(ConvergeReply.Refused.class));
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of("bound: gracefully", (Consumer<TestNode>) n -> {}, -1L, "Terminating"),
                Arguments.of("not ready, as seen", (Consumer<TestNode>) n -> {}, 0L, "Terminating"),
                Arguments.of("not ready, seen ready", (Consumer<TestNode>) n -> {}, 77L, "Refused"),
                Arguments.of(
                        "ready, seen not ready",
                        (Consumer<TestNode>) n -> n.report(n.pod(UID), "Running", true),
                        0L,
                        "Refused"),
                Arguments.of(
                        "ready, whatever",
                        (Consumer<TestNode>) n -> n.report(n.pod(UID), "Running", true),
                        -1L,
                        "Terminating"),
                Arguments.of(
                        "terminal: at once",
                        (Consumer<TestNode>) n -> n.report(n.pod(UID), "Failed", false),
                        -1L,
                        "Removed"),
                Arguments.of(
                        "already terminating",
                        (Consumer<TestNode>) n -> n.deletePod(n.pod(UID), null),
                        -1L,
                        "NothingToDo"),
                Arguments.of(
                        "held by a finalizer",
                        (Consumer<TestNode>) n -> {
                            n.report(n.pod(UID), "Failed", false);
                            n.finalizers(n.pod(UID), "['x.io/y']");
                        },
                        -1L,
                        "Terminating"));
    }

    @ParameterizedTest(name = "{0} -> {3}")
    @MethodSource("ends")
    void anEndIsDecidedByThePod(String name, Consumer<TestNode> before, long seenReadySince, String outcome) {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        before.accept(node);
        String pod = node.pod(UID).uid();
        var decision = node.decide(UID, 1, new Converge.End(pod, seenReadySince, ""));
        assertThat(
                        decision.events().isEmpty()
                                ? decision.reply().getClass().getSimpleName()
                                : decision.events().get(0).getClass().getSimpleName())
                .endsWith(outcome);
    }

    @Test
    void readinessThatCameAndWentAndCameIsNotTheOneThatWasSeen() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        node.report(node.pod(UID), "Running", true);
        long seen = node.pod(UID).readySince();
        assertThat(seen).isEqualTo(node.now.toEpochMilli());
        node.now = node.now.plusSeconds(1);
        node.report(node.pod(UID), "Running", false);
        assertThat(node.pod(UID).readySince()).isZero();
        node.report(node.pod(UID), "Running", true);
        assertThat(node.pod(UID).readySince()).isEqualTo(seen + 1000);
        assertThat(node.decide(UID, 1, new Converge.End(node.pod(UID).uid(), seen, ""))
                        .reply())
                .isInstanceOf(ConvergeReply.Refused.class);
    }

    @Test
    void anEndOfWhatIsNotThereOrAnothersIsNothing() {
        TestNode node = TestNode.joined();
        node.converge("ds-2", 1, run("A"));
        assertThat(node.decide(UID, 1, new Converge.End("gone")).reply()).isInstanceOf(ConvergeReply.NothingToDo.class);
        assertThat(node.decide(UID, 1, new Converge.End(node.pod("ds-2").uid())).reply())
                .as("a DaemonSet ends its own Pods only")
                .isInstanceOf(ConvergeReply.NothingToDo.class);
    }

    @Test
    void aRetiredDaemonSetLosesAllAndComesBackOnlyMuchLater() {
        TestNode node = TestNode.joined();
        twoLive(node);
        node.converge("ds-2", 1, run("A"));
        node.converge(UID, 5, new Converge.Retire());
        assertThat(node.pods(UID)).hasSize(2).allMatch(DaemonPod::terminating);
        assertThat(node.pod("ds-2").live()).isTrue();
        assertThat(node.converge(UID, 5, new Converge.Retire())).isInstanceOf(ConvergeReply.NothingToDo.class);
        assertThat(node.converge(UID, 99, run("Z"))).isInstanceOf(ConvergeReply.Refused.class);
        node.now = node.now.plusMillis(SlotDecisions.RETIREMENT_MILLIS - 1);
        assertThat(node.converge(UID, 99, run("Z"))).isInstanceOf(ConvergeReply.Refused.class);
        node.now = node.now.plusMillis(2);
        node.converge("ds-3", 1, new Converge.Retire());
        assertThat(node.state.retired()).as("forgotten").doesNotContainKey(UID);
    }

    @Test
    void backOffDoublesUpToItsLimitAndIsForgottenWithTheGeneration() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        long wait = Failures.FIRST_BACKOFF_MILLIS;
        for (int i = 0; i < 14; i++) {
            node.report(node.pod(UID), "Failed", false);
            long until = node.now.toEpochMilli() + Math.min(wait, Failures.MAX_BACKOFF_MILLIS);
            assertThat(node.converge(UID, 1, run("A"))).isEqualTo(new ConvergeReply.Deferred(until));
            node.now = java.time.Instant.ofEpochMilli(until);
            assertThat(node.converge(UID, 1, run("A"))).isInstanceOf(ConvergeReply.Applied.class);
            wait *= 2;
        }
        node.report(node.pod(UID), "Failed", false);
        node.now = node.now.plusMillis(Failures.MAX_BACKOFF_MILLIS);
        node.converge(UID, 2, run("B"));
        node.report(node.pod(UID), "Failed", false);
        assertThat(node.state.retryAt(UID))
                .as("a new generation begins anew")
                .isEqualTo(node.now.toEpochMilli() + Failures.FIRST_BACKOFF_MILLIS);
        node.now = node.now.plus(Duration.ofMillis(2 * Failures.MAX_BACKOFF_MILLIS + 1));
        node.converge(UID, 2, run("B"));
        node.report(node.pod(UID), "Failed", false);
        assertThat(node.state.retryAt(UID)).isEqualTo(node.now.toEpochMilli() + Failures.FIRST_BACKOFF_MILLIS);
    }

    @Test
    void aNewGenerationDoesNotWaitForFailuresOfTheOldOne() {
        TestNode node = TestNode.joined();
        ended(node, "Failed");
        assertThat(node.converge(UID, 5, run("A"))).isInstanceOf(ConvergeReply.Deferred.class);
        assertThat(node.converge(UID, 6, run("A"))).isInstanceOf(ConvergeReply.Applied.class);
        node.report(node.pod(UID), "Failed", false);
        assertThat(node.converge(UID, 6, run("A")))
                .isEqualTo(new ConvergeReply.Deferred(node.now.toEpochMilli() + Failures.FIRST_BACKOFF_MILLIS));
    }

    @Test
    void theBackOffOfOneDaemonSetHoldsNoOtherBack() {
        TestNode node = TestNode.joined();
        ended(node, "Failed");
        assertThat(node.converge("ds-2", 1, run("A"))).isInstanceOf(ConvergeReply.Applied.class);
        node.report(node.pod("ds-2"), "Succeeded", false);
        assertThat(node.converge("ds-2", 1, run("A"))).isInstanceOf(ConvergeReply.Applied.class);
    }

    /** A DaemonSet that is deleted while it has no Pod here tells this Node nothing. */
    @Test
    void whatWasKnownOfADaemonSetWithoutPodsIsForgotten() {
        TestNode node = TestNode.joined();
        node.converge(UID, 5, run("A", "1m", false, 0));
        node.converge("failing", 3, run("A", "1m", false, 0));
        node.report(node.pod("failing"), "Failed", false);
        node.converge("failing", 3, new Converge.End(node.pod("failing").uid()));
        node.converge(UID, 5, new Converge.End(node.pod(UID).uid()));
        assertThat(node.converge(UID, 4, run("B")))
                .as("a late command of an older generation")
                .isInstanceOf(ConvergeReply.Refused.class);
        node.now = node.now.plusMillis(Vacated.GENERATION_MILLIS + 1);
        node.converge("ds-3", 1, run("A"));
        assertThat(node.state.generations()).containsOnlyKeys("failing", "ds-3");
        assertThat(node.state.failures()).containsOnlyKeys("failing");
        node.now = node.now.plusMillis(Vacated.FAILURES_MILLIS);
        node.converge("ds-4", 1, run("A"));
        assertThat(node.state.generations()).containsOnlyKeys("ds-3", "ds-4");
        assertThat(node.state.failures()).isEmpty();
        assertThat(node.state.vacated()).isEmpty();
    }

    @Test
    void aDaemonSetThatCameBackIsNotForgotten() {
        TestNode node = TestNode.joined();
        node.converge(UID, 5, run("A", "1m", false, 0));
        node.converge(UID, 5, new Converge.End(node.pod(UID).uid()));
        node.converge(UID, 6, run("B", "1m", false, 0));
        node.now = node.now.plusMillis(Vacated.FAILURES_MILLIS * 2);
        node.converge("ds-2", 1, run("A"));
        assertThat(node.converge(UID, 5, run("A"))).isInstanceOf(ConvergeReply.Refused.class);
        assertThat(node.state.generations()).containsEntry(UID, 6L);
    }

    @Test
    void aSecondReportOfTheSameFailureIsNoSecondFailure() {
        TestNode node = TestNode.joined();
        ended(node, "Failed");
        long retryAt = node.state.retryAt(UID);
        node.now = node.now.plusMillis(500);
        node.report(node.pod(UID), "Failed", true);
        assertThat(node.state.retryAt(UID)).isEqualTo(retryAt);
    }

    static Stream<Arguments> endings() {
        return Stream.of(Arguments.of("end", new Converge.End("?")), Arguments.of("retire", new Converge.Retire()));
    }

    /** A Pod without grace goes at once, and what waited for its room gets it in the same persist. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void roomOfAPodThatGoesAtOnceIsGivenOn(String name, Converge.Wish wish) {
        TestNode node = TestNode.joined("1", 110);
        node.converge(UID, 1, run("A", "800m", false, 0));
        node.converge("ds-2", 1, run("A", "800m", false));
        assertThat(node.pod("ds-2").bound()).isFalse();
        Converge.Wish asked =
                wish instanceof Converge.End ? new Converge.End(node.pod(UID).uid()) : wish;
        node.converge(UID, 1, asked);
        assertThat(node.pods(UID)).isEmpty();
        assertThat(node.pod("ds-2").bound()).isTrue();
    }

    @Test
    void thePodThatReplacesAFinishedOneTakesItsRoomAndItsPort() {
        TestNode node = TestNode.joined("1", 1);
        node.converge(UID, 1, run("A", "1", false));
        node.report(node.pod(UID), "Succeeded", false);
        node.converge(UID, 1, run("A", "1", false));
        assertThat(node.pod(UID).bound()).isTrue();
        assertThat(node.pod(UID).createdBy().incarnation()).isEqualTo(2);
    }

    @Test
    void whyAPodWaitsIsSaidInTheSchedulersWords() {
        TestNode node = TestNode.joined("1", 0);
        node.converge(UID, 1, run("A", "2", false));
        assertThat(node.pod(UID).waiting()).isEqualTo("0/1 nodes are available: 1 Insufficient cpu, 1 Too many pods.");
        assertThat(List.copyOf(node.since(1)).get(1))
                .isEqualTo(new NodeEvent.DaemonPodStillWaiting(
                        node.pod(UID).uid(), node.pod(UID).waiting()));
    }

    @Test
    void incarnationsNeverFallAlsoWhenTheNodeJoinsAgain() {
        TestNode node = TestNode.joined();
        node.converge(UID, 1, run("A"));
        String first = node.pod(UID).uid();
        node.write(TestNode.delete(null));
        assertThat(node.pods(UID)).isEmpty();
        node.write(new io.everynode.core.object.ObjectWrite.Create(TestNode.object("4", 110), "node-uid-2"));
        node.converge(UID, 1, run("A"));
        assertThat(node.pod(UID).createdBy().incarnation()).isEqualTo(2);
        assertThat(node.pod(UID).uid()).isNotEqualTo(first);
    }
}
