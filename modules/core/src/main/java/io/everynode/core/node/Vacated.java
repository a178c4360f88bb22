package io.everynode.core.node;

import org.pcollections.PMap;

/**
 * How long a Node remembers a DaemonSet that has no Pod there any more. The DaemonSet may be gone for good (nobody
 * tells Nodes without its Pods), or come back when the node is eligible again. Pure.
 */
final class Vacated {

    /**
     * The newest generation seen: four times the longest deadline of a command, after which an older one cannot come.
     */
    static final long GENERATION_MILLIS = SlotDecisions.RETIREMENT_MILLIS;

    /** Failures: as long as a back-off counts on (flowcontrol.Backoff forgets after twice its longest wait). */
    static final long FAILURES_MILLIS = 2 * Failures.MAX_BACKOFF_MILLIS;

    private Vacated() {}

    static PMap<String, Long> occupied(PMap<String, Long> vacated, String daemonSetUid) {
        return vacated.minus(daemonSetUid);
    }

    /**
     * @param since when its last Pod went, epoch milliseconds
     * @param failures null when none of its Pods failed here
     */
    static boolean forgotten(long since, Failures failures, long nowMillis) {
        long needed = since + GENERATION_MILLIS;
        return nowMillis > (failures == null ? needed : Math.max(needed, failures.lastAt() + FAILURES_MILLIS));
    }
}
