package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.START;
import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.node;
import static io.everynode.core.daemonset.Fixtures.pod;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.spec;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Fixtures.PodBuilder;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Resources;
import io.everynode.core.placement.Taint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BlockerTest {

    private static final Instant NOW = START.plusSeconds(100);
    private static final ObjectNode PLAIN = daemonSet(UID, 2, "b");
    private static final ObjectNode SURGE = with(PLAIN, rolling(0, 1));
    private static final ObjectNode SLOW = with(PLAIN, minReady(500));
    private static final NodeFacts NODE = node("node-1");
    private static final NodeFacts SILENT =
            new NodeFacts("node-1", "uid", Map.of(), List.of(), false, Resources.ZERO, 110, false);
    private static final NodeFacts TAINTED = node("node-1", new Taint("maintenance", "", Taint.NO_SCHEDULE));

    private static Blocker blocker(ObjectNode daemonSet, NodeFacts facts, List<PodBuilder> pods) {
        List<DaemonPodView> views = pods.stream().map(PodBuilder::view).toList();
        DaemonSetSpec spec = spec(daemonSet);
        long now = NOW.toEpochMilli();
        NodeAssessment assessment = NodeAssessor.assess(spec, "new", 2, facts, views, List.of(), now);
        return Blocker.of(spec, "new", assessment, facts, views, now);
    }

    static Stream<Arguments> table() {
        PodBuilder young = pod("young", "new").createdAt(NOW.toEpochMilli()).generation(2);
        PodBuilder old = pod("old", "old").createdAt(10);
        PodBuilder unready = young.notReady();
        return Stream.of(
                arguments(PLAIN, NODE, List.of(), "MOVING no Pod yet"),
                arguments(PLAIN, NODE, List.of(young), "none"),
                arguments(PLAIN, NODE, List.of(old), "none"),
                arguments(PLAIN, NODE, List.of(unready), "MOVING Pod young is starting"),
                arguments(PLAIN, NODE, List.of(unready.createdAt(1)), "STUCK Pod young is not ready"),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(unready.trouble("ImagePullBackOff")),
                        "STUCK Pod young is not ready: ImagePullBackOff"),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(unready.unbound().trouble("Insufficient cpu")),
                        "UNPLACED Pod young does not fit: Insufficient cpu"),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(young.failed(NOW.plusSeconds(9))),
                        "STUCK Pod young failed, waiting for its back-off"),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(young.failed(NOW.plusSeconds(9)).trouble("Evicted")),
                        "STUCK Pod young failed: Evicted, waiting for its back-off"),
                arguments(PLAIN, NODE, List.of(young.failed(NOW)), "MOVING Pod young is being replaced"),
                arguments(PLAIN, NODE, List.of(young.terminating()), "MOVING Pod young is terminating"),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(old.endsAt(NOW.minus(Blocker.ENDING).plusMillis(1))),
                        "MOVING Pod old is terminating"),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(old.endsAt(NOW.minus(Blocker.ENDING))),
                        "STUCK Pod old is terminating, and its node does not confirm its end"),
                arguments(PLAIN, SILENT, List.of(old.endsAt(NOW)), "STUCK the node is not ready"),
                arguments(
                        PLAIN,
                        NODE,
                        List.of(old.terminating().trouble("held by a finalizer")),
                        "STUCK Pod old is terminating, held by a finalizer"),
                arguments(PLAIN, NODE, List.of(old.notReady()), "MOVING Pod old is being replaced"),
                arguments(SLOW, NODE, List.of(young), "MOVING Pod young is ready, but not for minReadySeconds"),
                arguments(PLAIN, SILENT, List.of(unready), "STUCK the node is not ready"),
                arguments(PLAIN, SILENT, List.of(young), "none"),
                arguments(PLAIN, SILENT, List.of(), "STUCK the node is not ready"),
                arguments(PLAIN, null, List.of(), "none"),
                arguments(PLAIN, TAINTED, List.of(), "none"),
                arguments(PLAIN, TAINTED, List.of(young), "none"),
                arguments(PLAIN, TAINTED, List.of(unready), "STUCK Pod young is not wanted there and not available"),
                arguments(SURGE, NODE, List.of(old, unready), "MOVING Pod young is starting"),
                arguments(
                        SURGE,
                        NODE,
                        List.of(old, unready.trouble("CrashLoopBackOff")),
                        "STUCK Pod young is not ready: CrashLoopBackOff"),
                arguments(SURGE, NODE, List.of(old.terminating(), young), "none"),
                arguments(SURGE, NODE, List.of(old.notReady(), young), "none"));
    }

    @ParameterizedTest(name = "{index} {3}")
    @MethodSource("table")
    void whatIsWaitedFor(ObjectNode daemonSet, NodeFacts facts, List<PodBuilder> pods, String expected) {
        Blocker blocker = blocker(daemonSet, facts, pods);
        assertThat(blocker == null ? "none" : blocker.kind() + " " + blocker.text())
                .isEqualTo(expected);
    }

    @Test
    void startingEndsByTimeAlone() {
        PodBuilder young = pod("young", "new").createdAt(NOW.toEpochMilli()).notReady();
        assertThat(blocker(PLAIN, NODE, List.of(young)).until())
                .isEqualTo(NOW.plus(Blocker.STARTING).toEpochMilli());
    }

    @Test
    void namesTheFirstStuckOnesAndCountsTheOthers() {
        Blockers blockers = new Blockers();
        Blocker starting = new Blocker(Blocker.Kind.MOVING, "starting", "Pod s is starting", Long.MAX_VALUE);
        Blocker broken = new Blocker(Blocker.Kind.STUCK, "ImagePullBackOff", "Pod b: ImagePullBackOff", Long.MAX_VALUE);
        Blocker full = new Blocker(Blocker.Kind.UNPLACED, "Insufficient cpu", "Pod f does not fit", Long.MAX_VALUE);
        assertThat(blockers.sentence()).isEmpty();
        blockers.add("a", starting);
        blockers.add("c", full);
        blockers.add("d", broken);
        assertThat(blockers.sentence())
                .isEqualTo("c (Pod f does not fit), d (Pod b: ImagePullBackOff), a (Pod s is starting)");
        for (int i = 1; i <= 9; i++) {
            blockers.add("n" + i, i % 2 == 0 ? starting : broken);
        }
        blockers.add("z", full);
        assertThat(blockers.sentence())
                .isEqualTo("c (Pod f does not fit), d (Pod b: ImagePullBackOff), n1 (Pod b: ImagePullBackOff),"
                        + " n3 (Pod b: ImagePullBackOff), n5 (Pod b: ImagePullBackOff);"
                        + " and 8 more (5 starting, 2 ImagePullBackOff, 1 Insufficient cpu)");
        assertThat(blockers.unplacedSentence()).isEqualTo("c (Pod f does not fit), z (Pod f does not fit)");
        assertThat(blockers.stuck()).isEqualTo(8);
        assertThat(blockers.moving()).isEqualTo(5);
        blockers.remove("z", full);
        blockers.remove("c", full);
        assertThat(blockers.unplaced()).isZero();
    }
}
