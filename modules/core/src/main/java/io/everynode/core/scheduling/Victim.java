package io.everynode.core.scheduling;

import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A Pod on a node that may have to end for one of higher priority. Immutable.
 *
 * @param since when it was made, RFC 3339 in seconds; kube-scheduler takes the time when it started
 * @param terminating it ends already, and is waited for
 * @param comesBack its DaemonSet makes another one at once: ending it gives room, which the Node keeps, and nothing
 *     else
 * @param seen as other Pods see it; null where that was not asked for
 */
record Victim(
        PodName pod,
        String uid,
        int priority,
        Resources requests,
        List<HostPort> ports,
        String since,
        boolean terminating,
        boolean comesBack,
        ExistingPod seen) {

    /** Higher priority first, then the older one (util.MoreImportantPod). */
    static final Comparator<Victim> MORE_IMPORTANT = Comparator.comparingInt(Victim::priority)
            .reversed()
            .thenComparing(Victim::since)
            .thenComparing(Victim::uid);

    /**
     * The Pods of the node below a priority: ordinary ones that are bound, and daemon Pods of other DaemonSets.
     *
     * @param daemonSetUid of the Pod that needs the room; "" for an ordinary one
     * @param seen the Pods of the node; null when it does not matter how others see them
     */
    static List<Victim> below(
            int priority, String daemonSetUid, NodeState state, Iterable<PodFacts> placed, List<ExistingPod> seen) {
        List<Victim> victims = new ArrayList<>();
        for (PodFacts pod : placed) {
            if (pod.priority() < priority && !pod.node().isEmpty()) {
                victims.add(new Victim(
                        pod.name(),
                        pod.uid(),
                        pod.priority(),
                        pod.requirements().requests(),
                        pod.requirements().ports(),
                        pod.createdAt(),
                        pod.terminating(),
                        false,
                        find(seen, pod.uid())));
            }
        }
        for (DaemonPod pod : state.pods().values()) {
            if (pod.createdBy().priority() < priority
                    && pod.occupies()
                    && (daemonSetUid.isEmpty() || !pod.daemonSetUid().equals(daemonSetUid))) {
                victims.add(new Victim(
                        new PodName(pod.namespace(), pod.name()),
                        pod.uid(),
                        pod.createdBy().priority(),
                        pod.requests(),
                        pod.ports(),
                        Instant.ofEpochMilli(pod.createdAt())
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString(),
                        pod.terminating(),
                        !pod.orphan(),
                        find(seen, pod.uid())));
            }
        }
        victims.sort(MORE_IMPORTANT);
        return victims;
    }

    /** Whether {@link #below} might find any; makes nothing, as it is asked for every node. */
    static boolean anyBelow(int priority, NodeState state, Iterable<PodFacts> placed) {
        for (PodFacts pod : placed) {
            if (pod.priority() < priority) {
                return true;
            }
        }
        for (DaemonPod pod : state.pods().values()) {
            if (pod.createdBy().priority() < priority) {
                return true;
            }
        }
        return false;
    }

    private static ExistingPod find(List<ExistingPod> seen, String uid) {
        if (seen == null) {
            return null;
        }
        for (ExistingPod one : seen) {
            if (one.uid().equals(uid)) {
                return one;
            }
        }
        throw new IllegalArgumentException("Pod " + uid + " is not among those on its node");
    }

    /** The same, known to be about to end. */
    Victim ending() {
        return new Victim(pod, uid, priority, requests, ports, since, true, comesBack, seen);
    }
}
