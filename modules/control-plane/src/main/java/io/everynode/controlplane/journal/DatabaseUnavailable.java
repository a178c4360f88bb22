package io.everynode.controlplane.journal;

/** The database cannot be opened. The message is one line that tells an operator what to do; the cause has the rest. */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    public DatabaseUnavailable(String message, Throwable cause) {
        this(message, cause, false);
    }

    /** @param passing whether it may open later as it is: it is down, starts up, or has no connection left */
    DatabaseUnavailable(String message, Throwable cause, boolean passing) {
        super(message, cause);
        this.passing = passing;
    }

    /** Whether it is worth trying again without a change of settings; never so for H2. */
    public boolean passing() {
        return passing;
    }
}
