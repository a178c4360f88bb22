package io.everynode.core.pod;

/**
 * What a Pod has with a node, for as long as it has to be settled.
 *
 * @param attempt running number of the proposal
 * @param stage what is to be done next
 * @param askedAt when it was journaled that the node is asked to take the Pod over, in epoch milliseconds; 0 in other
 *     stages
 */
public record NodeClaim(String podUid, String node, long attempt, Stage stage, long askedAt) {

    /**
     * A node takes a Pod over only so long after it was journaled that it is asked; later it must be journaled again.
     * So a former owner of the Pod's name, which runs on without knowing, cannot bring back a Pod that has ended since.
     */
    public static final long TAKE_OVER_MILLIS = 3_000;

    public NodeClaim(String podUid, String node, long attempt, Stage stage) {
        this(podUid, node, attempt, stage, 0);
    }

    /** Until when the node takes the Pod over for what was journaled. */
    public long takenUntil() {
        return askedAt + TAKE_OVER_MILLIS;
    }

    public enum Stage {
        /** The node is to be asked until it answers. */
        PROPOSED,
        /** The Pod was made with its node; the node is told until it has taken note. */
        ASSIGNED,
        /** Settled: the Pod runs there. */
        BOUND,
        /**
         * The Pod goes into the node's keeping: the node is to be told until it has taken it. Nothing else changes it.
         */
        HANDING_OVER,
        /** The node is to be told until it confirms. */
        RELEASING
    }

    NodeClaim releasing() {
        return new NodeClaim(podUid, node, attempt, Stage.RELEASING);
    }
}
