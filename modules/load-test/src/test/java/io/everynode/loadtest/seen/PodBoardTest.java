package io.everynode.loadtest.seen;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.loadtest.times.Spread;
import io.everynode.loadtest.times.Spreads;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodBoardTest {

    private static final long MILLI = 1_000_000;

    private final PodBoard board = new PodBoard("ds");
    private Spreads times;

    @BeforeEach
    void phaseBegins() {
        begin(0);
    }

    @Test
    void aPodIsTimedFromItsCreationToReady() {
        see(10, "ADDED", "u1", "", "", false, false);
        see(15, "MODIFIED", "u1", "", "a", false, false);
        see(40, "MODIFIED", "u1", "", "a", false, true);
        see(41, "MODIFIED", "u1", "", "a", false, true);
        assertThat(board.meets(Goal.ready(1, ""))).isTrue();
        assertThat(board.meets(Goal.ready(2, ""))).isFalse();
        assertMillis(PodTime.BOUND, 1, 15);
        assertMillis(PodTime.START, 1, 30);
        assertMillis(PodTime.READY, 1, 40);
        assertThat(times.all()).doesNotContainKeys(PodTime.REPLACE.key(), PodTime.END.key());
    }

    @Test
    void othersDoNotCount() {
        board.event(new ObjectEvent("ADDED", "1", "p", "u9", "other", "", false, "a", true), MILLI);
        assertThat(board.pods()).isZero();
        assertThat(times.all()).isEmpty();
    }

    @Test
    void aReplacementIsTimedFromTheOldPodsEnd() {
        see(1, "ADDED", "u1", "", "a", false, true);
        begin(100);
        see(110, "MODIFIED", "u1", "", "a", true, true);
        assertThat(board.readyNodes("")).isZero();
        see(120, "DELETED", "u1", "", "a", true, true);
        see(121, "ADDED", "u2", "2", "a", false, false);
        assertThat(board.meets(Goal.ready(1, "2"))).isFalse();
        see(150, "MODIFIED", "u2", "2", "a", false, true);
        assertThat(board.meets(Goal.ready(1, "2"))).isTrue();
        assertMillis(PodTime.REPLACE, 1, 40);
        assertMillis(PodTime.END, 1, 10);
        assertMillis(PodTime.GONE, 1, 20);
        assertMillis(PodTime.START, 1, 29);
    }

    @Test
    void theGoalIsNotReachedWhileAnOldPodIsLeft() {
        see(1, "ADDED", "u1", "", "a", false, true);
        see(2, "ADDED", "u2", "2", "a", false, true);
        assertThat(board.meets(Goal.ready(1, "2"))).isFalse();
        see(3, "DELETED", "u1", "", "a", false, true);
        assertThat(board.meets(Goal.ready(1, "2"))).isTrue();
    }

    @Test
    void nothingIsLeftWhenAllAreDeleted() {
        see(1, "ADDED", "u1", "", "a", false, true);
        assertThat(board.meets(Goal.nothing())).isFalse();
        see(5, "MODIFIED", "u1", "", "a", true, true);
        see(9, "DELETED", "u1", "", "a", true, false);
        see(9, "DELETED", "u1", "", "a", true, false);
        assertThat(board.meets(Goal.nothing())).isTrue();
        assertMillis(PodTime.END, 1, 4);
    }

    @Test
    void aPodThatFailsAndComesBackIsTimedOnce() {
        see(1, "ADDED", "u1", "", "a", false, true);
        see(2, "MODIFIED", "u1", "", "a", false, false);
        assertThat(board.readyNodes("")).isZero();
        see(3, "MODIFIED", "u1", "", "a", false, true);
        assertThat(board.readyNodes("")).isEqualTo(1);
        assertMillis(PodTime.START, 1, 0);
        assertMillis(PodTime.REPLACE, 1, 1);
    }

    private void begin(long millis) {
        times = new Spreads();
        board.begin(millis * MILLI, times);
    }

    private void see(long millis, String type, String uid, String mark, String node, boolean gone, boolean up) {
        board.event(new ObjectEvent(type, "1", "pod-" + uid, uid, "ds", mark, gone, node, up), millis * MILLI);
    }

    private void assertMillis(PodTime time, long count, double millis) {
        Spread spread = times.all().get(time.key());
        assertThat(spread.count()).isEqualTo(count);
        assertThat(spread.p50()).isCloseTo(millis, Percentage.withPercentage(0.2));
        assertThat(spread.max()).isCloseTo(millis, Percentage.withPercentage(0.2));
    }
}
