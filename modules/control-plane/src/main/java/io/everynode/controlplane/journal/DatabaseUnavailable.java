package io.everynode.controlplane.journal;

/** The database cannot be opened. The message is one line that tells an operator what to do; the cause has the rest. */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
