package io.everynode.nodes.join;

import java.time.Instant;

/** What an agent does when it starts: with what it has kept, or by joining. Pure. */
sealed interface Start {

    /** With the certificate that it has kept. */
    record Kept() implements Start {}

    /** With a token. @param why it does not do with what it has kept; "" when there is nothing */
    record Join(String why) implements Start {}

    /** Not. @param why in one line */
    record Not(String why) implements Start {}

    /**
     * What was kept.
     *
     * @param user of the certificate; "" when nothing was kept
     * @param end of the certificate
     * @param broken why it cannot be used; "" when it can be read
     */
    record Held(String user, Instant end, String broken) {

        static final Held NOTHING = new Held("", Instant.MIN, "");
    }

    /** @param token whether there is one to join with */
    static Start of(String node, Held held, boolean token, Instant now) {
        if (held.equals(Held.NOTHING)) {
            return token
                    ? new Join("")
                    : new Not("this machine has not joined yet: give --server, --token and --ca-hash, or --kubeconfig");
        }
        String wrong = wrong(node, held, now);
        if (wrong.isEmpty()) {
            return new Kept();
        }
        return token ? new Join(wrong) : new Not(wrong + "; to join again give --server, --token and --ca-hash");
    }

    private static String wrong(String node, Held held, Instant now) {
        if (!held.broken().isEmpty()) {
            return held.broken();
        }
        if (!held.user().equals(WantedCertificate.user(node))) {
            return "the certificate that was kept is of " + held.user() + ", not of " + WantedCertificate.user(node);
        }
        return now.isBefore(held.end()) ? "" : "the certificate of " + held.user() + " has ended at " + held.end();
    }
}
