package io.everynode.core.pod;

/**
 * What a Pod has with a node, for as long as it has to be settled.
 *
 * @param attempt running number of the proposal
 * @param stage what is to be done next
 */
public record NodeClaim(String podUid, String node, long attempt, Stage stage) {

    public enum Stage {
        /** The node is to be asked until it answers. */
        PROPOSED,
        /** Settled: the Pod runs there. */
        BOUND,
        /** The Pod goes into the node's keeping: the node is to be told until it has taken it. Nothing else changes it. */
        HANDING_OVER,
        /** The node is to be told until it confirms. */
        RELEASING
    }

    NodeClaim releasing() {
        return new NodeClaim(podUid, node, attempt, Stage.RELEASING);
    }
}
