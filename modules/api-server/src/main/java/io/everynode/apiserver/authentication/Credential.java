package io.everynode.apiserver.authentication;

import io.everynode.controlplane.catalog.Catalog;
import io.everynode.core.collection.ObjectAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * What somebody has shown, as far as it may stop counting while a request of theirs goes on. Immutable.
 *
 * @param dependsOn objects by which it may stop counting, as they change, come or go; {@link RevokedCertificates#ANY}
 *     for all revocations of certificates
 * @param counts by a state of the cluster; a few look-ups
 * @param end when it stops counting in any case; {@link Instant#MAX} for never
 */
public record Credential(List<ObjectAddress> dependsOn, Predicate<Catalog> counts, Instant end) {

    public static final Credential NONE = until(Instant.MAX);

    /** Timers count no longer than this. */
    private static final Duration LONGEST = Duration.ofDays(200);

    public Credential {
        dependsOn = List.copyOf(dependsOn);
    }

    /** Counts until then, whatever happens. */
    public static Credential until(Instant end) {
        return new Credential(List.of(), catalog -> true, end);
    }

    /** With the same end, as long as this is so. */
    public Credential asLongAs(List<ObjectAddress> objects, Predicate<Catalog> condition) {
        return new Credential(objects, condition, end);
    }

    /** How long something may go on by it; positive, and at most 200 days. */
    public Duration left(Instant now) {
        Instant last = now.plus(LONGEST);
        Duration left = Duration.between(now, end.isBefore(last) ? end : last);
        return left.isNegative() || left.isZero() ? Duration.ofMillis(1) : left;
    }
}
