package io.everynode.core.daemonset;

/**
 * What the planner needs to know of one daemon Pod, from the catalog. Times are epoch milliseconds.
 *
 * @param node the node of its slot
 * @param podUid UID
 * @param podName name
 * @param generation of the DaemonSet when the Pod was made
 * @param revision controller-revision-hash
 * @param phase Pending, Running, Succeeded, Failed, Unknown
 * @param ready condition Ready is True
 * @param readySince when Ready last became True; 0 when not ready
 * @param terminating has a deletionTimestamp
 * @param bound has a node (false: it does not fit and waits in its slot)
 * @param createdAt creation
 * @param retryAt for a Failed Pod: when its back-off ends; else 0
 * @param trouble why it does not become ready, as {@link PodTrouble} says; "" when nothing is known to be wrong
 * @param deletionAt its deletionTimestamp: when its grace is over; 0 when it does not terminate or this is not known
 */
public record DaemonPodView(
        String node,
        String podUid,
        String podName,
        long generation,
        String revision,
        String phase,
        boolean ready,
        long readySince,
        boolean terminating,
        boolean bound,
        long createdAt,
        long retryAt,
        String trouble,
        long deletionAt) {

    /** Without trouble, and with no known end of its grace. */
    public DaemonPodView(
            String node,
            String podUid,
            String podName,
            long generation,
            String revision,
            String phase,
            boolean ready,
            long readySince,
            boolean terminating,
            boolean bound,
            long createdAt,
            long retryAt) {
        this(
                node,
                podUid,
                podName,
                generation,
                revision,
                phase,
                ready,
                readySince,
                terminating,
                bound,
                createdAt,
                retryAt,
                "",
                0);
    }

    /** Succeeded or Failed. */
    public boolean terminal() {
        return phase.equals("Failed") || phase.equals("Succeeded");
    }

    /** Neither terminal nor terminating: what invariant I1 counts. */
    public boolean live() {
        return !terminating && !terminal();
    }
}
