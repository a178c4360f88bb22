package io.everynode.controlplane.journal;

/**
 * An event of the journal that this program cannot read or apply. It is never skipped: the tail stops before it, and
 * the JVM is not ready.
 */
public final class UnreadableEvent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long ordering;

    /**
     * @param ordering of the event
     * @param message why it cannot be read
     * @param cause may be null
     */
    public UnreadableEvent(long ordering, String message, Throwable cause) {
        super(message, cause);
        this.ordering = ordering;
    }

    public long ordering() {
        return ordering;
    }
}
