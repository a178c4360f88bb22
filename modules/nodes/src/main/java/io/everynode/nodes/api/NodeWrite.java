package io.everynode.nodes.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a node writes; the same that its kubelet would send. Immutable, except for the trees, which nobody changes. */
public sealed interface NodeWrite {

    /** Name of the node that writes. */
    String node();

    /** For the record, where there is one. */
    String why();

    /**
     * @param object the Node
     * @param uid for whoever makes UIDs on this side of the API
     */
    record Register(String node, ObjectNode object, String uid) implements NodeWrite {
        @Override
        public String why() {
            return "node joins";
        }
    }

    /** @param status a strategic merge patch of the Node's status */
    record NodeStatus(String node, ObjectNode status, String why) implements NodeWrite {}

    /** @param status a strategic merge patch of the status of the Pod, which must still have the UID */
    record PodStatus(String node, String namespace, String name, String uid, ObjectNode status, String why)
            implements NodeWrite {}

    /** The Pod's containers have ended: the object, if it still has the UID, may go at once. */
    record PodEnded(String node, String namespace, String name, String uid) implements NodeWrite {
        @Override
        public String why() {
            return "containers ended";
        }
    }

    record MakeLease(String node, ObjectNode lease) implements NodeWrite {
        @Override
        public String why() {
            return "node lives";
        }
    }

    /** @param patch a merge patch of the node's Lease */
    record RenewLease(String node, ObjectNode patch) implements NodeWrite {
        @Override
        public String why() {
            return "node lives";
        }
    }
}
