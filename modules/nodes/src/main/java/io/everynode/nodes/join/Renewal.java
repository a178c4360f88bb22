package io.everynode.nodes.join;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** When a certificate is asked for anew, and how. Pure. */
final class Renewal {

    private static final double EARLIEST = 0.7;
    private static final double SPREAD = 0.2;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final int MOST_DOUBLINGS = 6;

    /** Timers stand still while a machine sleeps: the clock is looked at so often. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    enum Step {
        /** Nothing is to be done yet. */
        WAIT,
        /** It is asked for with the one that is there. */
        RENEW,
        /** The one that is there counts no more. */
        JOIN
    }

    private Renewal() {}

    /**
     * Between 70 and 90 % of its life, as a kubelet does it: nodes that joined together are to renew apart.
     *
     * @param luck from 0 to 1
     */
    static Instant due(X509Certificate certificate, double luck) {
        Instant begin = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(begin, certificate.getNotAfter().toInstant());
        return begin.plusMillis(Math.round(life.toMillis() * (EARLIEST + SPREAD * luck)));
    }

    /** @param refused whether the API has said that it does not know who asks, since the last certificate came */
    static Step step(X509Certificate certificate, Instant due, boolean refused, Instant now) {
        if (refused || isOver(certificate, now)) {
            return Step.JOIN;
        }
        return now.isBefore(due) ? Step.WAIT : Step.RENEW;
    }

    /**
     * Whether an endpoint's certificate can be shown for these names: it is for just them, and signed by the key of one
     * of the authorities, whatever that calls itself.
     */
    static boolean fits(X509Certificate certificate, Collection<String> names, List<X509Certificate> authorities) {
        return written(Subjects.alternativeNames(certificate)).equals(written(names))
                && authorities.stream().anyMatch(each -> isSignedBy(certificate, each.getPublicKey()));
    }

    private static boolean isSignedBy(X509Certificate certificate, PublicKey key) {
        try {
            certificate.verify(key);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Addresses of version 6 can be written in several ways. */
    private static Set<String> written(Collection<String> names) {
        Set<String> all = new TreeSet<>();
        for (String name : names) {
            all.add(name.contains(":") ? longForm(name) : name);
        }
        return all;
    }

    private static String longForm(String address) {
        try {
            // It is not looked up.
            return InetAddress.getByName(address).getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }

    static boolean isOver(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotAfter().toInstant());
    }

    /** How long to wait before the next look at the clock. */
    static Duration wait(Instant due, Instant now) {
        Duration left = Duration.between(now, due);
        return left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT;
    }

    /** How long to wait after so many failures, at least one. */
    static Duration pause(int failures) {
        return FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    }
}
