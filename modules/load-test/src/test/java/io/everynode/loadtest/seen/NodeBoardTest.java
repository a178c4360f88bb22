package io.everynode.loadtest.seen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.everynode.loadtest.times.Spread;
import io.everynode.loadtest.times.Spreads;
import org.junit.jupiter.api.Test;

class NodeBoardTest {

    private static final long MILLI = 1_000_000;

    @Test
    void nodesAreTimedWhenTheyBecomeReady() {
        NodeBoard board = new NodeBoard();
        Spreads times = new Spreads();
        see(board, 1, "ADDED", "old", true);
        board.begin(10 * MILLI, times);
        see(board, 12, "ADDED", "a", false);
        see(board, 15, "MODIFIED", "a", true);
        see(board, 16, "MODIFIED", "a", true);
        assertThat(board.ready()).isEqualTo(2);
        assertThat(times.all().get(NodeBoard.READY).max()).isCloseTo(5, within(0.01));
        assertThat(times.all().get(NodeBoard.START).max()).isCloseTo(3, within(0.01));
        assertThat(times.all().values()).extracting(Spread::count).containsOnly(1L);
        see(board, 17, "MODIFIED", "a", false);
        see(board, 18, "DELETED", "old", true);
        assertThat(board.ready()).isZero();
    }

    private static void see(NodeBoard board, long millis, String type, String name, boolean ready) {
        board.event(new ObjectEvent(type, "1", name, "u", "", "", false, "", ready), millis * MILLI);
    }
}
