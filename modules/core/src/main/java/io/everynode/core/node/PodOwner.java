package io.everynode.core.node;

/**
 * The DaemonSet that controls a Pod in a Node's keeping.
 *
 * @param daemonSetUid "" when nobody does: the Pod is an orphan, which counts in no slot
 * @param daemonSet its name; "" without one
 * @param generation of the DaemonSet when the Pod was made; 0 for an adopted one, which is older than every grant
 * @param adoptedAt the version from which its adoption was planned; 0 when the DaemonSet made it
 * @param revision controller-revision-hash by which the owner knows whether the Pod is up to date; "" when unknown
 */
public record PodOwner(String daemonSetUid, String daemonSet, long generation, long adoptedAt, String revision) {

    public static final PodOwner NONE = new PodOwner("", "", 0, 0, "");

    static PodOwner of(NodeEvent.DaemonPodCreated created) {
        return new PodOwner(created.daemonSetUid(), created.daemonSet(), created.generation(), 0, created.revision());
    }

    static PodOwner of(NodeEvent.DaemonPodAdopted adopted, long plannedAt) {
        return new PodOwner(adopted.daemonSetUid(), adopted.daemonSet(), 0, plannedAt, adopted.revision());
    }

    /**
     * Whether a plan from this version is about the Pod as it was before its adoption: the grant that it had is spent
     * since the Pod had left its DaemonSet.
     */
    boolean adoptedAfter(long plannedAt) {
        return plannedAt <= adoptedAt && adoptedAt > 0;
    }
}
