package io.everynode.core.daemonset;

/**
 * What the planner has found out about one node at one time, without regard to other nodes. Immutable.
 *
 * @param shouldRun the node shall have a Pod
 * @param scheduled it has one, maybe terminating
 * @param ready its first Pod (bound before unbound, oldest, by name) is Ready
 * @param available that Pod is Ready for minReadySeconds
 * @param updated that Pod has the current revision
 * @param unavailable takes from maxUnavailable
 * @param surging takes from maxSurge
 * @param serving its old Pod, or without one its new Pod, is available: counted when Pods on nodes that are no longer
 *     wanted may end
 * @param action to be done without a grant; null for none
 * @param rank order of sending; see {@link #UNAVAILABLE_FIRST}
 * @param candidate what a grant would allow
 * @param granted the action that needs a grant; null for none
 * @param reason why, or why nothing
 * @param deadline epoch milliseconds when this becomes out of date by itself; Long.MAX_VALUE for never
 */
record NodeAssessment(
        boolean shouldRun,
        boolean scheduled,
        boolean ready,
        boolean available,
        boolean updated,
        boolean unavailable,
        boolean surging,
        boolean serving,
        NodeAction action,
        int rank,
        Candidate candidate,
        NodeAction granted,
        String reason,
        long deadline) {

    /** Nodes without an available Pod are helped before available Pods are touched. */
    static final int UNAVAILABLE_FIRST = 0;

    static final int AVAILABLE_LAST = 1;

    /** What a node's available old Pod waits for. */
    enum Candidate {
        NONE,
        /** Its end, within maxUnavailable. */
        REPLACE,
        /** A new Pod beside it, within maxSurge. */
        SURGE,
        /** Its end on a node that is no longer wanted, once enough Pods are available elsewhere. */
        LEAVE
    }

    static final NodeAssessment UNKNOWN = new NodeAssessment(
            false,
            false,
            false,
            false,
            false,
            false,
            false,
            false,
            null,
            AVAILABLE_LAST,
            Candidate.NONE,
            null,
            "there is no such node",
            Long.MAX_VALUE);
}
