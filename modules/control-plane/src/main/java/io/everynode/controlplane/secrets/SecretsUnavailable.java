package io.everynode.controlplane.secrets;

/**
 * The master keys are not there, or not those of this journal. The message is one line that tells an operator what to
 * do, and holds nothing of a key.
 */
public final class SecretsUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SecretsUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
