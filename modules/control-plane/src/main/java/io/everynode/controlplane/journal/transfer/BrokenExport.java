package io.everynode.controlplane.journal.transfer;

/** An export that is not as it was written: cut off, changed, or not an export at all. The message is one line. */
public final class BrokenExport extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokenExport(String message, Throwable cause) {
        super(message, cause);
    }
}
