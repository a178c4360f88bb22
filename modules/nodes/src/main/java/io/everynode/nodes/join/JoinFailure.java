package io.everynode.nodes.join;

/** Why a machine has no certificate, in one line for the person who is to help. Its text has no token. */
public final class JoinFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean unknown;

    JoinFailure(String message) {
        this(message, false);
    }

    /** @param unknown whether the API does not know who asked: the token or certificate counts no more */
    JoinFailure(String message, boolean unknown) {
        super(message);
        this.unknown = unknown;
    }

    boolean unknown() {
        return unknown;
    }
}
