package io.everynode.nodes.api;

import io.everynode.objects.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What a fleet of nodes needs of a control plane, wherever that is: a kubelet's few writes, and a view of Nodes and
 * Pods. Methods are called, and listeners told, on the thread of one {@link HollowLoop}.
 */
public interface NodeApi extends AutoCloseable {

    /** Makes the way to the API for one fleet. */
    interface Factory {
        NodeApi open(HollowLoop loop);
    }

    /**
     * Hears of what there is, then of each change in order. A list may come again at any time: what a control plane has
     * forgotten to tell, or a client has missed, is made up for by it.
     */
    interface Listener {

        /** All objects of a kind will be told; Nodes are told before the first list of Pods. */
        void listing(Kind kind);

        /** These were all: what was known before and was not told is gone. */
        void listed(Kind kind);

        /** @param anew it is on a list, or was not there before */
        void nodeSeen(SeenObject node, boolean anew);

        void nodeGone(String name);

        /** May be one that is bound to no node yet. */
        void podSeen(SeenObject pod);

        void podGone(String uid);

        /** Listing is refused for good, and was never allowed so far. */
        void refused(String why);
    }

    /**
     * Sends a write. Completes exceptionally when no answer came: it may have been stored or not.
     *
     * @param patience after which no answer is as good as a failure
     */
    CompletionStage<NodeAnswer> send(NodeWrite write, Duration patience);

    /**
     * Renews the Leases of nodes that have one, where that can be done for many at once and without an answer.
     *
     * @return the nodes for which it could not be done: each has a write of its own to send
     */
    default List<String> renewLeases(List<String> nodes, Instant at) {
        return nodes;
    }

    /** Begins to list and watch; called once. */
    void watch(Listener listener);

    /** Has the listener told of each Pod of a node as it is now. */
    void readPods(String node);

    /** Nothing is sent or told any more. */
    @Override
    void close();
}
