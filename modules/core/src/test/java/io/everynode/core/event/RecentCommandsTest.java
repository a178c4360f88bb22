package io.everynode.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentCommandsTest {

    private static EventMeta meta(String command, long atMillis, int more) {
        return new EventMeta(atMillis, new Caller("u", ""), command, "", "", 0, more);
    }

    @Test
    void remembersTheLastEventOfEachCommand() {
        RecentCommands recent = RecentCommands.NONE
                .evolve(meta("a", 1, 1), 1)
                .evolve(meta("a", 1, 0), 2)
                .evolve(meta("b", 2, 0), 3);
        assertThat(recent.sequenceNumberOf("a")).hasValue(2);
        assertThat(recent.sequenceNumberOf("b")).hasValue(3);
        assertThat(recent.sequenceNumberOf("c")).isEmpty();
    }

    /** Half a persist is never in the journal, but a fold passes through it. */
    @Test
    void aCommandIsDoneOnlyWithItsLastEvent() {
        assertThat(RecentCommands.NONE.evolve(meta("a", 1, 1), 1).sequenceNumberOf("a"))
                .isEmpty();
    }

    @Test
    void plannedEventsWithoutCommandAreNotRemembered() {
        RecentCommands recent = RecentCommands.NONE.evolve(meta("", 1, 0), 1);
        assertThat(recent.entries()).isEmpty();
        assertThat(recent.sequenceNumberOf("")).isEmpty();
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        RecentCommands recent = RecentCommands.NONE;
        for (int i = 1; i <= RecentCommands.MAX_ENTRIES + 1; i++) {
            recent = recent.evolve(meta("c" + i, i, 0), i);
        }
        assertThat(recent.entries()).hasSize(RecentCommands.MAX_ENTRIES);
        assertThat(recent.sequenceNumberOf("c1")).isEmpty();
        assertThat(recent.sequenceNumberOf("c2")).hasValue(2);
        assertThat(recent.sequenceNumberOf("c" + (RecentCommands.MAX_ENTRIES + 1)))
                .isPresent();
    }

    @Test
    void theOldGoByAge() {
        RecentCommands recent = RecentCommands.NONE
                .evolve(meta("a", 1_000, 0), 1)
                .evolve(meta("b", 1_000 + RecentCommands.MAX_AGE_MILLIS, 0), 2);
        assertThat(recent.sequenceNumberOf("a")).hasValue(1);
        recent = recent.evolve(meta("c", 1_001 + RecentCommands.MAX_AGE_MILLIS, 0), 3);
        assertThat(recent.sequenceNumberOf("a")).isEmpty();
        assertThat(recent.sequenceNumberOf("b")).hasValue(2);
    }
}
