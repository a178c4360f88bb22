package io.everynode.apiserver.pki;

/** Keys or certificates that cannot be read, made or used, told in one line that holds no key. */
public final class PkiException extends Exception {
    private static final long serialVersionUID = 1L;

    public PkiException(String message) {
        super(message);
    }

    PkiException(String message, Throwable cause) {
        super(message, cause);
    }
}
