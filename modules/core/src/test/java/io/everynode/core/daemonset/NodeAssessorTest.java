package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.START;
import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.node;
import static io.everynode.core.daemonset.Fixtures.onDelete;
import static io.everynode.core.daemonset.Fixtures.pod;
import static io.everynode.core.daemonset.Fixtures.podSpec;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.spec;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Fixtures.PodBuilder;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Taint;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NodeAssessorTest {

    private static final ObjectNode PLAIN = daemonSet(UID, 2, "b");
    private static final ObjectNode ON_DELETE = with(PLAIN, onDelete());
    private static final ObjectNode SURGE = with(PLAIN, rolling(0, 1));
    private static final ObjectNode SLOW = with(PLAIN, minReady(50));
    private static final ObjectNode SLOW_SURGE = with(SURGE, minReady(50));
    private static final ObjectNode BEARING =
            with(PLAIN, podSpec("tolerations", "[{'operator':'Exists'}]".replace('\'', '"')));
    private static final ObjectNode ELSEWHERE = with(PLAIN, podSpec("nodeSelector", "{\"disk\":\"ssd\"}"));

    private static final NodeFacts NODE = node("node-1");
    private static final NodeFacts TAINTED = node("node-1", new Taint("maintenance", "", Taint.NO_SCHEDULE));
    private static final NodeFacts EVICTING = node("node-1", new Taint("maintenance", "", Taint.NO_EXECUTE));
    private static final NodeFacts PREFERRING = node("node-1", new Taint("x", "", Taint.PREFER_NO_SCHEDULE));
    private static final NodeFacts BROKEN = node(
            "node-1",
            new Taint(Taint.NOT_READY, "", Taint.NO_EXECUTE),
            new Taint(Taint.UNREACHABLE, "", Taint.NO_EXECUTE),
            new Taint(Taint.DISK_PRESSURE, "", Taint.NO_SCHEDULE),
            new Taint(Taint.MEMORY_PRESSURE, "", Taint.NO_SCHEDULE),
            new Taint(Taint.PID_PRESSURE, "", Taint.NO_SCHEDULE),
            new Taint(Taint.UNSCHEDULABLE, "", Taint.NO_SCHEDULE));

    private static final Instant NOW = START.plusSeconds(100);
    private static final String RUN = "run";
    private static final String NOTHING = "";

    /** What comes out, in short: run, run+surge, end NAME, grant KIND, or nothing. */
    private static String outcome(NodeAssessment assessment) {
        if (assessment.action() instanceof NodeAction.Run run) {
            return run.surge() ? "run+surge" : RUN;
        }
        if (assessment.action() instanceof NodeAction.End end) {
            return "end " + end.podUid().replace("uid-", "");
        }
        return assessment.candidate() == NodeAssessment.Candidate.NONE ? NOTHING : "grant " + assessment.candidate();
    }

    /** Better than upstream's loop: the Pod ends when its toleration does, and is not made again under the taint. */
    @ParameterizedTest(name = "{0} s after the taint: {1} without a Pod, {2} with one")
    @CsvSource({"9, run, ''", "10, '', end young", "90, '', end young"})
    void aTolerationForSomeSecondsEnds(long seconds, String without, String with) {
        ObjectNode bearing = with(
                PLAIN,
                podSpec(
                        "tolerations",
                        "[{'key':'k','operator':'Exists','effect':'NoExecute','tolerationSeconds':10}]"
                                .replace('\'', '"')));
        long added = NOW.minusSeconds(seconds).toEpochMilli();
        NodeFacts evicting = node("node-1", new Taint("k", "", Taint.NO_EXECUTE, added));
        assertThat(outcome(assess(bearing, evicting, List.of()))).isEqualTo(without);
        NodeAssessment running = assess(bearing, evicting, List.of(pod("young", "new")));
        assertThat(outcome(running)).isEqualTo(with);
        assertThat(running.deadline()).isEqualTo(seconds < 10 ? added + 10_000 : Long.MAX_VALUE);
    }

    private static NodeAssessment assess(ObjectNode daemonSet, NodeFacts facts, List<PodBuilder> pods) {
        return NodeAssessor.assess(
                spec(daemonSet),
                "new",
                Json.at(daemonSet, "metadata", "generation").asLong(),
                facts,
                pods.stream().map(PodBuilder::view).toList(),
                List.of(),
                NOW.toEpochMilli());
    }

    static Stream<Arguments> table() {
        PodBuilder young = pod("young", "new").createdAt(20).generation(2);
        PodBuilder old = pod("old", "old").createdAt(10);
        return Stream.of(
                // Launching (TestSimpleDaemonSetLaunchesPods, TestDealsWithExistingPods,
                // TestDaemonSetRespectsTermination).
                arguments(PLAIN, NODE, List.of(), RUN),
                arguments(ON_DELETE, NODE, List.of(), RUN),
                arguments(SURGE, NODE, List.of(), "run+surge"),
                arguments(PLAIN, NODE, List.of(young), NOTHING),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(pod("b", "new").createdAt(2), pod("a", "new").createdAt(1)),
                        "end b"),
                arguments(PLAIN, NODE, List.of(pod("b", "new"), pod("a", "new")), "end b"),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(pod("a", "new").unbound(), pod("b", "new").createdAt(9)),
                        "end a"),
                arguments(PLAIN, NODE, List.of(young.terminating()), NOTHING),
                arguments(PLAIN, NODE, List.of(young.terminating(), pod("z", "new")), NOTHING),
                arguments(SURGE, NODE, List.of(old.terminating()), "run+surge"),
                arguments(PLAIN, NODE, List.of(young.failed(START).terminating()), RUN),
                // Eligibility (TestNodeShouldRunDaemonPod and the taint cases).
                arguments(PLAIN, null, List.of(), NOTHING),
                arguments(PLAIN, null, List.of(young.unbound()), "end young"),
                arguments(PLAIN, TAINTED, List.of(), NOTHING),
                arguments(PLAIN, TAINTED, List.of(young), NOTHING),
                arguments(PLAIN, EVICTING, List.of(), NOTHING),
                arguments(PLAIN, EVICTING, List.of(young), "end young"),
                arguments(PLAIN, EVICTING, List.of(young.terminating()), NOTHING),
                arguments(PLAIN, EVICTING, List.of(young.failed(NOW.plusSeconds(9))), "end young"),
                arguments(PLAIN, PREFERRING, List.of(), RUN),
                arguments(PLAIN, BROKEN, List.of(), RUN),
                arguments(PLAIN, BROKEN, List.of(young), NOTHING),
                arguments(BEARING, EVICTING, List.of(), RUN),
                arguments(ELSEWHERE, NODE, List.of(), NOTHING),
                arguments(ELSEWHERE, NODE, List.of(young), "end young"),
                arguments(ELSEWHERE, Fixtures.labelled("node-1", "disk", "ssd"), List.of(), RUN),
                // Finished Pods (TestDaemonKillFailedPods, TestDaemonKillFailedPodsBackoff, restarts on a terminal
                // phase).
                arguments(PLAIN, NODE, List.of(young.failed(NOW)), RUN),
                arguments(PLAIN, NODE, List.of(young.failed(NOW.plusMillis(1))), NOTHING),
                arguments(SURGE, NODE, List.of(young.failed(NOW.plusMillis(1))), NOTHING),
                arguments(PLAIN, NODE, List.of(young.succeeded()), RUN),
                arguments(PLAIN, NODE, List.of(old.failed(NOW.plusSeconds(9))), "end old"),
                arguments(ON_DELETE, NODE, List.of(old.generation(2).failed(NOW.plusSeconds(9))), NOTHING),
                arguments(ON_DELETE, NODE, List.of(old.failed(NOW.plusSeconds(9))), RUN),
                arguments(PLAIN, NODE, List.of(young.generation(1).failed(NOW.plusSeconds(9))), RUN),
                arguments(ON_DELETE, NODE, List.of(old.failed(NOW)), RUN),
                arguments(PLAIN, TAINTED, List.of(young.failed(NOW)), "end young"),
                arguments(PLAIN, NODE, List.of(young.failed(NOW), pod("live", "new")), "end young"),
                arguments(PLAIN, NODE, List.of(young.failed(NOW), old.terminating()), "end young"),
                // Rolling update within maxUnavailable.
                arguments(PLAIN, NODE, List.of(old), "grant REPLACE"),
                arguments(PLAIN, NODE, List.of(old.notReady()), "end old"),
                arguments(PLAIN, NODE, List.of(old.terminating()), NOTHING),
                arguments(SLOW, NODE, List.of(old.readySince(NOW.minusSeconds(49))), "end old"),
                arguments(SLOW, NODE, List.of(old.readySince(NOW.minusSeconds(50))), "grant REPLACE"),
                arguments(PLAIN, TAINTED, List.of(old), "grant REPLACE"),
                arguments(PLAIN, NODE, List.of(old, young), "end young"),
                arguments(ON_DELETE, NODE, List.of(old), NOTHING),
                arguments(ON_DELETE, NODE, List.of(old.notReady()), NOTHING),
                // Rolling update with a surge (TestSurge…).
                arguments(SURGE, NODE, List.of(old), "grant SURGE"),
                arguments(SURGE, NODE, List.of(old.notReady()), "run+surge"),
                arguments(SURGE, NODE, List.of(old, young), "end old"),
                arguments(SURGE, NODE, List.of(old, young.notReady()), NOTHING),
                arguments(SURGE, NODE, List.of(old.notReady(), young.notReady()), "end old"),
                arguments(SLOW_SURGE, NODE, List.of(old, young.readySince(NOW.minusSeconds(49))), NOTHING),
                arguments(SLOW_SURGE, NODE, List.of(old, young.readySince(NOW.minusSeconds(50))), "end old"),
                arguments(SLOW_SURGE, NODE, List.of(old.notReady(), young.readySince(NOW)), "end old"),
                arguments(SURGE, NODE, List.of(old, pod("older", "oldest").createdAt(5), young), "end old"),
                arguments(SURGE, NODE, List.of(young, pod("younger", "new").createdAt(30)), "end younger"),
                arguments(SURGE, TAINTED, List.of(old), "grant LEAVE"),
                arguments(SURGE, TAINTED, List.of(old.notReady()), "end old"),
                arguments(SURGE, EVICTING, List.of(old), "end old"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void decides(ObjectNode daemonSet, NodeFacts facts, List<PodBuilder> pods, String expected) {
        NodeAssessment assessment = assess(daemonSet, facts, pods);
        assertThat(outcome(assessment)).as(assessment.reason()).isEqualTo(expected);
        assertThat(assessment.reason()).isNotEmpty();
    }

    static Stream<Arguments> counted() {
        PodBuilder young = pod("young", "new").createdAt(20).generation(2);
        PodBuilder old = pod("old", "old").createdAt(10);
        return Stream.of(
                arguments(NODE, List.of(), true, false),
                arguments(NODE, List.of(young), false, false),
                arguments(NODE, List.of(young.notReady()), true, false),
                arguments(NODE, List.of(old), false, false),
                arguments(NODE, List.of(old.notReady()), true, false),
                arguments(NODE, List.of(old, young), true, false),
                arguments(NODE, List.of(old, young.notReady()), true, true),
                arguments(NODE, List.of(young, pod("twin", "new")), true, true),
                arguments(NODE, List.of(old.terminating()), true, false),
                arguments(NODE, List.of(old.terminating(), young), false, false),
                arguments(TAINTED, List.of(), false, false),
                arguments(TAINTED, List.of(old.notReady()), true, false),
                arguments(null, List.of(old), false, false));
    }

    @ParameterizedTest
    @MethodSource("counted")
    void countsAgainstTheBudgets(NodeFacts facts, List<PodBuilder> pods, boolean unavailable, boolean surging) {
        NodeAssessment assessment = assess(PLAIN, facts, pods);
        assertThat(assessment.unavailable()).isEqualTo(unavailable);
        assertThat(assessment.surging()).isEqualTo(surging);
    }

    @Test
    void anUnavailablePodMayEndOnlyAsItWasSeen() {
        NodeAssessment assessment =
                assess(PLAIN, NODE, List.of(pod("old", "old").notReady()));
        assertThat(assessment.action()).isEqualTo(new NodeAction.End("uid-old", 0, ""));
        Instant since = NOW.minusSeconds(9);
        assertThat(assess(SLOW, NODE, List.of(pod("old", "old").readySince(since)))
                        .action())
                .isEqualTo(new NodeAction.End("uid-old", since.toEpochMilli(), ""));
    }

    @Test
    void oneOfTwoPodsMayEndOnlyWhileTheOtherStays() {
        List<PodBuilder> both =
                List.of(pod("old", "old").createdAt(1), pod("young", "new").createdAt(2));
        assertThat(assess(SURGE, NODE, both).action()).isEqualTo(new NodeAction.End("uid-old", -1, "uid-young"));
        assertThat(assess(PLAIN, NODE, both).action()).isEqualTo(new NodeAction.End("uid-young", -1, "uid-old"));
    }

    @Test
    void timeAloneMakesPodsAvailableAndEndsBackOffs() {
        assertThat(assess(SLOW, NODE, List.of(pod("a", "new").readySince(NOW))).deadline())
                .isEqualTo(NOW.plusSeconds(50).toEpochMilli());
        assertThat(assess(PLAIN, NODE, List.of(pod("a", "new").generation(2).failed(NOW.plusSeconds(7))))
                        .deadline())
                .isEqualTo(NOW.plusSeconds(7).toEpochMilli());
        assertThat(assess(PLAIN, NODE, List.of(pod("a", "new"))).deadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDaemonSetThatIsBeingDeletedWantsNothing() {
        ObjectNode deleting = with(
                PLAIN,
                tree -> io.everynode.objects.Json.child(tree, "metadata")
                        .put("deletionTimestamp", "2026-11-21T12:00:00Z"));
        assertThat(outcome(assess(deleting, NODE, List.of()))).isEmpty();
        assertThat(outcome(assess(deleting, EVICTING, List.of(pod("old", "old")))))
                .isEmpty();
    }
}
