package io.everynode.faults.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Op;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    private static final long SECOND = 1_000_000_000L;

    private static Op write(String counter, long start, long end, int status) {
        Key key = new Key("configmaps", "chaos", counter);
        return new Op("c", "1", Op.Verb.UPDATE, key, start * SECOND, end * SECOND, status, "u", 1, 0, "", "");
    }

    @Test
    void theLastCounterToAnswerCounts() {
        List<Op> ops = List.of(
                write("a", 0, 1, 200),
                write("b", 0, 1, 200),
                write("a", 11, 12, 200),
                write("b", 11, 13, 503),
                write("b", 14, 17, 200),
                write("b", 18, 19, 200));
        assertThat(Recovery.seconds(ops, 10 * SECOND)).isEqualTo(OptionalDouble.of(7));
    }

    @Test
    void aWriteThatBeganBeforeDoesNotCount() {
        List<Op> ops = List.of(write("a", 9, 11, 200), write("a", 12, 14, 200));
        assertThat(Recovery.seconds(ops, 10 * SECOND)).isEqualTo(OptionalDouble.of(4));
    }

    @Test
    void aCounterThatNeverAnsweredAgainHasNoFigure() {
        List<Op> ops = List.of(write("a", 0, 1, 200), write("b", 0, 1, 200), write("a", 11, 12, 200));
        assertThat(Recovery.seconds(ops, 10 * SECOND)).isEmpty();
    }
}
