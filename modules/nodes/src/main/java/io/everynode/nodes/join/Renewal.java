package io.everynode.nodes.join;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** When a certificate is asked for anew. Pure. */
final class Renewal {

    private static final double EARLIEST = 0.7;
    private static final double SPREAD = 0.2;

    private Renewal() {}

    /**
     * Between 70 and 90 % of its life, as a kubelet does it: nodes that joined together are to renew apart.
     *
     * @param luck from 0 to 1
     */
    static Instant due(X509Certificate certificate, double luck) {
        Instant begin = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(begin, certificate.getNotAfter().toInstant());
        return begin.plusMillis((long) (life.toMillis() * (EARLIEST + SPREAD * luck)));
    }

    static boolean isOver(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotAfter().toInstant());
    }
}
