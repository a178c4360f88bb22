package io.everynode.controlplane.journal;

/** The database cannot be opened. The message is one line that tells an operator what to do; the cause has the rest. */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;
    private final boolean untrusted;

    public DatabaseUnavailable(String message, Throwable cause) {
        this(message, cause, false, false);
    }

    /**
     * @param passing whether it may open later as it is: it is down, starts up, or has no connection left
     * @param untrusted whether it answered, and is not whom the settings say to trust
     */
    DatabaseUnavailable(String message, Throwable cause, boolean passing, boolean untrusted) {
        super(message, cause);
        this.passing = passing;
        this.untrusted = untrusted;
    }

    /** Whether it is worth trying again without a change of settings; never so for H2. */
    public boolean passing() {
        return passing;
    }

    /** The same in a few words that name no host, for all who may ask why a server does not serve yet. */
    public String inShort() {
        return untrusted ? "the database shows a certificate that is not trusted" : "the database cannot be reached";
    }
}
