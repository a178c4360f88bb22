package io.everynode.controlplane.journal;

/** The journal cannot be read now, or this JVM's tail of it has ended; what must be current is answered with 503. */
public final class JournalUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JournalUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
