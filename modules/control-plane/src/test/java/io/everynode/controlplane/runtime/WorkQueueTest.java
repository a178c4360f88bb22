package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final WorkQueue<String> queue = new WorkQueue<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void aKeyWaitsOnceAndInOrder() {
        queue.add("a");
        queue.add("b");
        queue.add("a");
        assertThat(queue.start(now)).isEqualTo("a");
        assertThat(queue.start(now)).isEqualTo("b");
        assertThat(queue.start(now)).isNull();
    }

    @Test
    void whatComesUpDuringTheWorkIsDoneAfterwards() {
        queue.add("a");
        queue.start(now);
        queue.add("a");
        queue.add("a");
        assertThat(queue.start(now)).as("never twice at a time").isNull();
        queue.done("a", false, now);
        assertThat(queue.start(now)).isEqualTo("a");
        queue.done("a", false, now);
        assertThat(queue.start(now)).isNull();
    }

    @Test
    void refusedWorkComesAgainAfterAPauseThatDoubles() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            queue.add("a");
            assertThat(queue.start(now)).isEqualTo("a");
            queue.done("a", true, now);
            assertThat(queue.nextDue()).isEqualTo(now.plusSeconds(seconds));
            assertThat(queue.start(now)).isNull();
            now = now.plusSeconds(seconds);
        }
        assertThat(queue.start(now)).isEqualTo("a");
        queue.done("a", false, now);
        queue.add("a");
        queue.start(now);
        queue.done("a", true, now);
        assertThat(queue.nextDue()).as("from the beginning").isEqualTo(now.plusSeconds(1));
    }

    @Test
    void theEarliestTimeCounts() {
        queue.addAt("a", now.plusSeconds(10));
        queue.addAt("a", now.plusSeconds(5));
        queue.addAt("a", now.plusSeconds(20));
        queue.addAt("b", now.plusSeconds(5));
        assertThat(queue.nextDue()).isEqualTo(now.plusSeconds(5));
        assertThat(queue.start(now.plus(Duration.ofMillis(4_999)))).isNull();
        assertThat(queue.start(now.plusSeconds(5))).isEqualTo("a");
        assertThat(queue.start(now.plusSeconds(5))).isEqualTo("b");
        assertThat(queue.nextDue()).isNull();
    }
}
