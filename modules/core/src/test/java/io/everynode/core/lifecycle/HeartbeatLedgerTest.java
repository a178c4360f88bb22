package io.everynode.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeartbeatLedgerTest {

    private static final long START = 1_000_000;

    private final HeartbeatLedger ledger = new HeartbeatLedger(LifecycleSettings.DEFAULT);

    /** Seconds after the node appeared. */
    @ParameterizedTest(name = "fresh={0} heard at {1}: lost at {2}")
    @CsvSource({
        // A new node has a minute, one that a keeper takes over has a whole grace, whenever it was heard before.
        "true,  ,   60",
        "false, ,   40",
        // Once heard it is as any other.
        "true,  1,  41",
        "true,  59, 99",
        "false, 39, 79",
    })
    void aSilentNodeIsLostAfterItsGrace(boolean fresh, Long heardAt, long lostAt) {
        ledger.appeared("a", "u", fresh, START);
        if (heardAt != null) {
            assertThat(ledger.step(START + heardAt * 1000)).isEmpty();
            ledger.heartbeat("a", START + heardAt * 1000);
        }
        assertThat(ledger.nextDeadline()).isEqualTo(START + lostAt * 1000);
        assertThat(ledger.step(START + lostAt * 1000 - 1)).isEmpty();
        assertThat(ledger.step(START + lostAt * 1000)).containsExactly("a");
    }

    @Test
    void aLostNodeIsToldAgainUntilThatIsConfirmed() {
        ledger.appeared("a", "u", false, START);
        long lost = START + 40_000;
        assertThat(ledger.step(lost)).containsExactly("a");
        assertThat(ledger.step(lost)).isEmpty();
        assertThat(ledger.nextDeadline()).isEqualTo(lost + HeartbeatLedger.TELL_AGAIN_MILLIS);
        assertThat(ledger.step(lost + HeartbeatLedger.TELL_AGAIN_MILLIS)).containsExactly("a");
        ledger.confirmed("a");
        assertThat(ledger.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(ledger.step(lost + 1_000_000)).isEmpty();
    }

    @Test
    void aNodeThatIsHeardAgainIsLostAgainOnlyAfterAGrace() {
        ledger.appeared("a", "u", false, START);
        ledger.step(START + 40_000);
        ledger.heartbeat("a", START + 41_000);
        assertThat(ledger.step(START + 80_000)).isEmpty();
        assertThat(ledger.step(START + 81_000)).containsExactly("a");
    }

    @Test
    void aNodeThatWentIsForgottenAndOneOfTheSameNameIsNew() {
        ledger.appeared("a", "u", false, START);
        ledger.gone("a");
        assertThat(ledger.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        ledger.heartbeat("a", START);
        assertThat(ledger.nextDeadline()).as("nobody knows it").isEqualTo(Long.MAX_VALUE);
        ledger.appeared("b", "u1", false, START);
        ledger.appeared("b", "u1", true, START + 5_000);
        assertThat(ledger.nextDeadline()).as("known already").isEqualTo(START + 40_000);
        ledger.appeared("b", "u2", true, START + 5_000);
        assertThat(ledger.nextDeadline()).isEqualTo(START + 65_000);
    }

    @Test
    void onlySoManyNodesAreToldAtATime() {
        int nodes = HeartbeatLedger.WINDOW + 10;
        for (int i = 0; i < nodes; i++) {
            ledger.appeared("n" + i, "u", false, START);
        }
        List<String> first = ledger.step(START + 40_000);
        assertThat(first).hasSize(HeartbeatLedger.WINDOW);
        assertThat(ledger.nextDeadline()).isEqualTo(START + 40_000 + HeartbeatLedger.TELL_AGAIN_MILLIS);
        first.forEach(ledger::confirmed);
        assertThat(ledger.nextDeadline()).isLessThanOrEqualTo(START + 40_000);
        assertThat(ledger.step(START + 40_000)).hasSize(10);
    }

    @Test
    void aKeeperThatSleptGivesEveryNodeAWholeGraceAgain() {
        ledger.appeared("a", "u", false, START);
        ledger.appeared("b", "u", true, START);
        long woke = START + 50_001;
        ledger.heartbeat("b", woke);
        assertThat(ledger.step(woke)).isEmpty();
        assertThat(ledger.step(woke + 39_999)).isEmpty();
        assertThat(ledger.step(woke + 40_000)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aKeeperThatIsALittleLateHasNotSlept() {
        ledger.appeared("a", "u", false, START);
        assertThat(ledger.step(START + 50_000)).containsExactly("a");
    }

    /** Against the plain rule, with a clock that may fall back. Each number is a node times 100 plus a pace. */
    @Property(tries = 300)
    void nobodyIsLostTooEarlyOrForgotten(
            @ForAll @Size(min = 50, max = 300) List<@IntRange(min = 0, max = 799) Integer> script) {
        HeartbeatLedger any = new HeartbeatLedger(LifecycleSettings.DEFAULT);
        Map<String, Long> deadlines = new HashMap<>();
        List<String> lost = new ArrayList<>();
        long now = START;
        long newest = 0;
        for (int step : script) {
            String node = "n" + step / 100;
            now += (step % 100 - 10) * 100L;
            newest = Math.max(newest, now);
            if (deadlines.containsKey(node) || lost.contains(node)) {
                any.heartbeat(node, now);
                lost.remove(node);
                deadlines.put(node, newest + 40_000);
            } else {
                any.appeared(node, "u", true, now);
                deadlines.put(node, newest + 60_000);
            }
            List<String> told = any.step(now);
            told.forEach(any::confirmed);
            List<String> due = new ArrayList<>();
            for (var entry : deadlines.entrySet()) {
                if (entry.getValue() <= newest) {
                    due.add(entry.getKey());
                }
            }
            assertThat(told).containsExactlyInAnyOrderElementsOf(due);
            due.forEach(deadlines::remove);
            lost.addAll(due);
            assertThat(any.nextDeadline())
                    .isEqualTo(deadlines.values().stream().min(Long::compare).orElse(Long.MAX_VALUE));
        }
    }
}
