package io.everynode.core.placement;

import java.util.List;

/**
 * How long a Pod stays on a node with evicting taints (pkg/controller/tainteviction/taint_eviction.go). Of several
 * tolerations the first one that bears a taint counts, as upstream's GetMatchingTolerations has it. Stronger than
 * there: time runs from the taint's {@code timeAdded}, so that it does not begin anew with a fail-over. Pure; times are
 * epoch milliseconds.
 */
public final class TaintTolerance {

    /** The Pod may stay. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    /** The Pod is to go now: some taint is not tolerated at all. */
    public static final long NOT_AT_ALL = 0;

    private TaintTolerance() {}

    /**
     * When a Pod has to go.
     *
     * @param since when the Pod came to the node, if its time is not to begin earlier than that; else 0
     * @return {@link #FOR_EVER}, {@link #NOT_AT_ALL} or a time. A taint of which neither is known since when it is
     *     there nor since when the Pod is, is borne for ever.
     */
    public static long until(List<Taint> taints, List<Toleration> tolerations, long since) {
        long until = FOR_EVER;
        for (int i = 0; i < taints.size(); i++) {
            Taint taint = taints.get(i);
            if (taint.evicts()) {
                until = Math.min(until, until(taint, tolerations, since));
            }
        }
        return until;
    }

    /** The first evicting taint whose time of toleration is over; null when there is none. */
    static Taint outlasted(List<Taint> taints, List<Toleration> tolerations, long now) {
        for (int i = 0; i < taints.size(); i++) {
            Taint taint = taints.get(i);
            if (taint.evicts() && until(taint, tolerations, 0) <= now) {
                return taint;
            }
        }
        return null;
    }

    private static long until(Taint taint, List<Toleration> tolerations, long since) {
        for (int i = 0; i < tolerations.size(); i++) {
            Toleration toleration = tolerations.get(i);
            if (!toleration.tolerates(taint)) {
                continue;
            }
            if (toleration.tolerationSeconds() == null) {
                return FOR_EVER;
            }
            if (toleration.tolerationSeconds() <= 0) {
                return NOT_AT_ALL;
            }
            long from = Math.max(taint.addedAt(), since);
            // Seconds come from clients and may be as large as a number can be.
            long seconds = Math.min(toleration.tolerationSeconds(), (FOR_EVER - from) / 1000);
            return from == 0 ? FOR_EVER : from + seconds * 1000;
        }
        return NOT_AT_ALL;
    }
}
