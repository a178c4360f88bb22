package io.everynode.nodes;

import io.everynode.controlplane.ControlPlane;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.api.NodeApi;
import io.everynode.nodes.local.LocalNodeApi;
import java.util.concurrent.CompletionStage;

/**
 * Simulated nodes, in the control plane's own JVM or outside of it. They register, report and confirm deletions as a
 * kubelet does; inside, only HTTP is left out. Leases are renewed and status is repeated as by kubelets. One thread
 * serves all of them.
 */
public final class HollowNodes implements AutoCloseable {

    private final HollowLoop loop;
    private final HollowFleet fleet;

    private HollowNodes(HollowLoop loop, HollowFleet fleet) {
        this.loop = loop;
        this.fleet = fleet;
    }

    /** Nodes of this JVM's control plane; see {@link #start(NodeApi.Factory, HollowTopology, HollowSettings)}. */
    public static HollowNodes start(ControlPlane controlPlane, HollowTopology topology, HollowSettings settings) {
        return start(loop -> new LocalNodeApi(controlPlane, loop, settings.retryAfter()), topology, settings);
    }

    /**
     * Has the nodes join. Nodes and Pods that an earlier process left are taken up as they are found. Returns at once.
     */
    public static HollowNodes start(NodeApi.Factory api, HollowTopology topology, HollowSettings settings) {
        HollowLoop loop = HollowLoop.thread();
        HollowFleet fleet = new HollowFleet(api.open(loop), loop, settings, HollowFleet.randomUids());
        loop.execute(() -> fleet.start(topology.nodes()));
        return new HollowNodes(loop, fleet);
    }

    /**
     * Has more nodes join, of names that are not in the API yet; {@link #joined} does not wait for them. Returns at
     * once.
     */
    public void join(HollowTopology more) {
        loop.execute(() -> fleet.more(more.nodes()));
    }

    /**
     * Completes when each node of the topology has joined, or was refused for good, with the number of the latter.
     * Completes exceptionally, with a message for people, when the API refuses to be read.
     */
    public CompletionStage<Integer> joined() {
        return fleet.joined().minimalCompletionStage();
    }

    /** All nodes fall silent; nothing is written any more. */
    @Override
    public void close() {
        loop.execute(() -> {
            fleet.stop();
            loop.close();
        });
    }
}
