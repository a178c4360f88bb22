package io.everynode.controlplane.journal;

/** This JVM's member is shut out of the journal: it must end, and may fence nobody. */
public final class MemberFenced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MemberFenced(String message) {
        super(message);
    }
}
