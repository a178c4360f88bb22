package io.everynode.core.authorization;

/**
 * Whether somebody may do something.
 *
 * @param reason why; "" when there is nothing to say
 */
public record Verdict(boolean allowed, String reason) {

    /** Nobody has said yes, and there is nothing to say about it. */
    public static final Verdict NO = new Verdict(false, "");

    static Verdict yes(String reason) {
        return new Verdict(true, reason);
    }

    static Verdict no(String reason) {
        return reason.isEmpty() ? NO : new Verdict(false, reason);
    }
}
