package io.everynode.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.lifecycle.TaintEvictions.Guest;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.TaintTolerance;
import io.everynode.core.placement.Yaml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of taint_eviction_test.go. */
class TaintEvictionsTest {

    private static final String ADDED = "2026-01-01T00:00:00Z";
    private static final long NOW = Instant.parse(ADDED).toEpochMilli();

    private final TaintEvictions evictions = new TaintEvictions();

    private static NodeFacts node(String taints) {
        return Yaml.node("{metadata: {name: n}, spec: {taints: " + taints + "}}");
    }

    private static Guest pod(String uid, String tolerations) {
        return new Guest(
                "default",
                uid,
                uid,
                NOW - 1_000,
                Yaml.pod("{tolerations: " + tolerations + "}").tolerations());
    }

    private void nodeIs(String taints, Guest... pods) {
        evictions.nodeIs("n", node(taints).taints(), List.of(pods), NOW);
    }

    /** Seconds after the taint came; empty for never. */
    @ParameterizedTest(name = "{0} with {1}: leaves after {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "[{key: k, effect: NoSchedule}] | [] |",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] | [] | 0",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] | [{key: other, operator: Exists}] | 0",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] | [{key: k, operator: Exists}] |",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] | [{operator: Exists}] |",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] "
                        + "| [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 7}] | 7",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] "
                        + "| [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 0}] | 0",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] "
                        + "| [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: -3}] | 0",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] "
                        + "| [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 9223372036854775807}] |",
                // The first toleration that bears a taint is the one that is used.
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] "
                        + "| [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 7}, {operator: Exists}] | 7",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}] "
                        + "| [{operator: Exists}, {key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 7}] |",
                // Several taints: the soonest of the used tolerations, none for one of them is at once.
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}, {key: l, effect: NoExecute, timeAdded: '"
                        + ADDED
                        + "'}] | [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 7}, "
                        + "{key: l, operator: Exists, effect: NoExecute, tolerationSeconds: 5}] | 5",
                "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}, {key: l, effect: NoExecute, timeAdded: '"
                        + ADDED + "'}] | [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 7}] | 0",
                // A taint without a time counts from when it was seen.
                "[{key: k, effect: NoExecute}] | [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 7}] | 7",
            })
    void aPodLeavesWhenItsTolerationsEnd(String taints, String tolerations, Long seconds) {
        nodeIs(taints, pod("p", tolerations));
        if (seconds == null) {
            // As far away as numbers go is never, too.
            assertThat(evictions.nextDeadline()).isGreaterThan(Long.MAX_VALUE - 1000);
            return;
        }
        if (seconds > 0) {
            assertThat(evictions.nextDeadline()).isEqualTo(NOW + seconds * 1000);
            assertThat(evictions.step(NOW + seconds * 1000 - 1)).isEmpty();
        }
        assertThat(evictions.step(NOW + seconds * 1000)).extracting(Guest::name).containsExactly("p");
    }

    @Test
    void aPodThatCameLaterHasItsWholeTime() {
        List<Guest> late = List.of(new Guest(
                "default",
                "p",
                "p",
                NOW + 60_000,
                Yaml.pod("{tolerations: [{operator: Exists, effect: NoExecute, tolerationSeconds: 7}]}")
                        .tolerations()));
        evictions.nodeIs(
                "n",
                node("[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}]")
                        .taints(),
                late,
                NOW);
        assertThat(evictions.nextDeadline()).isEqualTo(NOW + 67_000);
    }

    @Test
    void theEvictionIsCancelledWhenTheTaintGoes() {
        Guest pod = pod("p", "[{operator: Exists, effect: NoExecute, tolerationSeconds: 7}]");
        nodeIs("[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}]", pod);
        assertThat(evictions.concerns("n")).isTrue();
        nodeIs("[]", pod);
        assertThat(evictions.step(NOW + 60_000)).isEmpty();
        assertThat(evictions.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(evictions.concerns("n")).isFalse();
    }

    @Test
    void anEvictionIsTriedAgainUntilThePodIsGone() {
        Guest pod = pod("p", "[]");
        String taint = "[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}]";
        nodeIs(taint, pod);
        assertThat(evictions.step(NOW)).hasSize(1);
        nodeIs(taint, pod);
        assertThat(evictions.step(NOW + 600_000)).as("under way").isEmpty();
        evictions.answered("p", NOW);
        nodeIs(taint, pod);
        assertThat(evictions.step(NOW + 4_999)).isEmpty();
        assertThat(evictions.step(NOW + 5_000)).hasSize(1);
        nodeIs(taint);
        evictions.answered("p", NOW);
        assertThat(evictions.step(NOW + 600_000)).isEmpty();
    }

    @Test
    void theWindowBoundsWhatIsUnderWay() {
        List<Guest> pods = new ArrayList<>();
        for (int i = 0; i < TaintEvictions.WINDOW + 5; i++) {
            pods.add(pod("p" + i, "[]"));
        }
        nodeIs("[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}]", pods.toArray(Guest[]::new));
        List<Guest> first = evictions.step(NOW);
        assertThat(first).hasSize(TaintEvictions.WINDOW);
        assertThat(evictions.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        pods.removeAll(first);
        nodeIs("[{key: k, effect: NoExecute, timeAdded: '" + ADDED + "'}]", pods.toArray(Guest[]::new));
        assertThat(evictions.step(NOW)).hasSize(5);
    }

    @Test
    void withoutAnyTimeATolerationThatEndsDoesNotEnd() {
        assertThat(TaintTolerance.until(
                        node("[{key: k, effect: NoExecute}]").taints(),
                        pod("p", "[{operator: Exists, effect: NoExecute, tolerationSeconds: 7}]")
                                .tolerations(),
                        0))
                .isEqualTo(TaintTolerance.FOR_EVER);
    }
}
