package io.everynode.controlplane.invariants;

/** Something that must always hold (docs/invariants.md) does not. */
public final class BrokenInvariant extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String invariant;

    private BrokenInvariant(String invariant, String message) {
        super(message);
        this.invariant = invariant;
    }

    /** Which one, such as "I1", or a word for a rule that has no number. */
    public String invariant() {
        return invariant;
    }

    /** @throws BrokenInvariant unless it holds */
    public static void require(boolean holds, String invariant, String format, Object... arguments) {
        if (!holds) {
            throw new BrokenInvariant(invariant, String.format(format, arguments));
        }
    }
}
