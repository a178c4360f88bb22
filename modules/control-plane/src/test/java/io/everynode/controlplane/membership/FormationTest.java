package io.everynode.controlplane.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.membership.Formation.Other;
import io.everynode.controlplane.membership.Formation.State;
import io.everynode.controlplane.membership.Formation.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of what a JVM does that is in no cluster. */
class FormationTest {

    private static final String OWN = "pekko://everynode@a:1";
    private static final Duration ALIVE_FOR = Duration.ofSeconds(5);
    private static final Duration NOT_LONG = Formation.LOOK.minusMillis(1);
    private static final Duration LONG = Formation.LOOK;

    private static Other up(String id, double silence) {
        return new Other(id, "pekko://everynode@" + id + ":1", State.UP, seconds(silence));
    }

    private static Other joining(String id, double silence) {
        return new Other(id, "pekko://everynode@" + id + ":1", State.JOINING, seconds(silence));
    }

    private static Other unknown(String id, double silence) {
        return new Other(id, "", State.UNKNOWN, seconds(silence));
    }

    private static Other predecessor(State state, double silence) {
        return new Other("old", OWN, state, seconds(silence));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static Step join(String... ids) {
        return new Step.Join(List.of(ids).stream()
                .map(id -> "pekko://everynode@" + id + ":1")
                .toList());
    }

    private static Step found(String... fenced) {
        return new Step.Found(List.of(fenced));
    }

    private static Arguments row(String name, List<Other> others, Duration looked, Step expected) {
        return Arguments.of(name, others, looked, expected);
    }

    static List<Arguments> table() {
        Step wait = new Step.Wait("");
        return List.of(
                row("nobody there", List.of(), Duration.ZERO, found()),
                row("one alive", List.of(up("b", 0.3)), LONG, join("b")),
                row("all alive are asked", List.of(up("c", 1), up("b", 4.9)), LONG, join("b", "c")),
                row("one alive, one dead", List.of(up("b", 60), up("c", 1)), LONG, join("c")),
                row("alive and not reachable is still alive", List.of(up("b", 0)), Duration.ofHours(1), join("b")),
                row("silent, but only just looked", List.of(up("b", 5)), NOT_LONG, wait),
                row("silent for long enough", List.of(up("b", 5)), LONG, found("b")),
                row("several dead", List.of(up("c", 9), up("b", 5)), LONG, found("b", "c")),
                row("others look as well", List.of(joining("b", 0)), Duration.ZERO, found()),
                row("others look, one is dead", List.of(joining("b", 0), up("c", 9)), LONG, found("c")),
                row("others look, one may be dead", List.of(joining("b", 0), up("c", 9)), NOT_LONG, wait),
                row("lost while it looked", List.of(joining("b", 99)), Duration.ZERO, found()),
                row("earlier process here", List.of(predecessor(State.UP, 0.1)), Duration.ZERO, found("old")),
                row("earlier process here, others", List.of(predecessor(State.UP, 0), up("b", 0)), LONG, join("b")),
                row("earlier process here never wrote", List.of(predecessor(State.JOINING, 0)), LONG, found()),
                row("earlier version alive", List.of(unknown("x", 0.2)), LONG, wait),
                row("earlier version gone", List.of(unknown("x", 9)), LONG, found("x")),
                row("earlier version among members", List.of(unknown("x", 0), up("b", 0)), LONG, join("b")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void decides(String name, List<Other> others, Duration looked, Step expected) {
        Step step = Formation.next(others, OWN, ALIVE_FOR, looked);
        if (expected instanceof Step.Wait) {
            assertThat(step).isInstanceOf(Step.Wait.class);
        } else {
            assertThat(step).isEqualTo(expected);
        }
        assertThat(step instanceof Step.Found && Formation.somebodyAlive(others, OWN, ALIVE_FOR))
                .as("founds beside one that is alive")
                .isFalse();
    }
}
