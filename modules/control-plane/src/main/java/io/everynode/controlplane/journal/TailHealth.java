package io.everynode.controlplane.journal;

import java.time.Instant;
import java.util.Optional;

/**
 * How a {@link JournalTail} is.
 *
 * @param state what it does
 * @param applied the ordering up to which its sink has got everything
 * @param lastRead when a read last succeeded
 * @param message one line for people; empty if all is well
 */
public record TailHealth(State state, long applied, Optional<Instant> lastRead, String message) {
    public enum State {
        /** Nothing was read yet. */
        STARTING,
        /** The last read succeeded. */
        RUNNING,
        /** The last read failed; it is tried again. */
        UNAVAILABLE,
        /** An event cannot be read or applied; only another program can go on. */
        STUCK,
        CLOSED;

        /** Whether no other state can follow. */
        public boolean isEnd() {
            return this == STUCK || this == CLOSED;
        }
    }

    /** Whether a JVM with this tail may be asked for what is current. */
    public boolean ready() {
        return state == State.RUNNING;
    }
}
