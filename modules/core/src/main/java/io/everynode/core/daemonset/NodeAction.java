package io.everynode.core.daemonset;

import io.everynode.core.node.Converge;

/** What a DaemonSet wants of one node. Small and comparable; becomes a {@link Converge.Wish} when it is sent. */
public sealed interface NodeAction {

    /**
     * A Pod of this revision shall be there.
     *
     * @param surge beside a live Pod of another revision, or a terminating one
     * @param replaces UID of the finished or old Pod that is the occasion, "" when there is none
     */
    record Run(String revision, boolean surge, String replaces) implements NodeAction {}

    /**
     * This Pod shall end.
     *
     * @param seenReadySince see {@link Converge.End}
     * @param besides see {@link Converge.End}
     */
    record End(String podUid, long seenReadySince, String besides) implements NodeAction {

        End(String podUid) {
            this(podUid, Converge.End.WHATEVER_READINESS, "");
        }
    }

    /** Every Pod of a DaemonSet that goes shall end, or lose its owner. */
    record Retire(boolean release) implements NodeAction {}

    /**
     * It is to be settled whose this Pod is.
     *
     * @param revision the current one
     * @param surge see {@link Converge.Adopt}
     */
    record Claim(PodClaim claim, String revision, boolean surge) implements NodeAction {}
}
