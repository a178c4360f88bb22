package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.core.daemonset.DaemonSetPlanner;
import io.everynode.core.node.Converge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of a DaemonSet's messages may go to their nodes with regard to its namespace's ResourceQuotas. All its Pods
 * take the same of them, so one refusal holds for all, and is tried again after a pause that doubles. Mutable soft
 * state of one start; without clock and I/O.
 */
final class DaemonPodQuota {

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /**
     * @param free to be sent
     * @param asked to be sent once the namespace's keeper has let them pass
     * @param charge what each of {@code asked} takes; null when there are none
     * @param deferred not to be sent before {@link DaemonPodQuota#until}
     */
    record Split(
            List<DaemonSetPlanner.Send> free,
            List<DaemonSetPlanner.Send> asked,
            QuotaCharge charge,
            List<DaemonSetPlanner.Send> deferred) {}

    private final String namespace;

    /** Ids of claims by node, of messages that are under way. */
    private final Map<String, String> claims = new HashMap<>();

    private int refusals;
    private Instant until = Instant.EPOCH;

    DaemonPodQuota(String namespace) {
        this.namespace = namespace;
    }

    Split split(List<DaemonSetPlanner.Send> sends, CatalogVersion version, Instant now) {
        if (version.quotas().in(namespace).isEmpty()) {
            refusals = 0;
            until = Instant.EPOCH;
            return new Split(sends, List.of(), null, List.of());
        }
        List<DaemonSetPlanner.Send> free = new ArrayList<>();
        List<DaemonSetPlanner.Send> asked = new ArrayList<>();
        List<DaemonSetPlanner.Send> deferred = new ArrayList<>();
        QuotaCharge charge = null;
        for (DaemonSetPlanner.Send send : sends) {
            QuotaCharge own = send.message().wish() instanceof Converge.Run run ? version.charge(run.template()) : null;
            if (!version.quotas().in(namespace).matter(own)) {
                free.add(send);
            } else if (now.isBefore(until)) {
                deferred.add(send);
            } else {
                charge = own;
                asked.add(send);
            }
        }
        return new Split(free, asked, charge, deferred);
    }

    /** What names the creation that a message may lead to. */
    static String claim(DaemonSetPlanner.Send send) {
        return send.message().daemonSetUid() + "/" + send.node() + "/"
                + send.message().meta().id();
    }

    /** The keeper let this message pass. */
    void granted(DaemonSetPlanner.Send send) {
        claims.put(send.node(), claim(send));
    }

    /** The keeper let all pass that it was asked for. */
    void allGranted() {
        refusals = 0;
        until = Instant.EPOCH;
    }

    /** It did not. */
    void refused(Instant now) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(refusals, 10));
        until = now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
        refusals++;
    }

    /** When refused messages may go. */
    Instant until() {
        return until;
    }

    /** The claims that a node's answer settles, maybe none. */
    Collection<String> answered(String node, String daemonSetUid, String commandId) {
        String claim = claims.get(node);
        if (claim == null || !claim.equals(daemonSetUid + "/" + node + "/" + commandId)) {
            return List.of();
        }
        claims.remove(node);
        return List.of(claim);
    }
}
