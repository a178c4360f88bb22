package io.everynode.nodes;

import io.everynode.controlplane.ControlPlane;
import java.util.concurrent.CompletionStage;

/**
 * Simulated nodes in this JVM. They register, report and confirm deletions with the commands that a kubelet sends, as
 * user {@code system:node:NAME}; only HTTP is left out. Leases are renewed and status is repeated as by kubelets. One
 * thread serves all of them.
 */
public final class HollowNodes implements AutoCloseable {

    private final HollowLoop loop;
    private final HollowFleet fleet;

    private HollowNodes(HollowLoop loop, HollowFleet fleet) {
        this.loop = loop;
        this.fleet = fleet;
    }

    /**
     * Has the nodes join. Nodes and Pods that an earlier process left are taken up as they are found. Returns at once.
     */
    public static HollowNodes start(ControlPlane controlPlane, HollowTopology topology, HollowSettings settings) {
        HollowLoop loop = HollowLoop.thread();
        HollowFleet fleet = new HollowFleet(controlPlane, loop, settings, HollowFleet.randomUids());
        loop.execute(() -> fleet.start(topology.nodes()));
        return new HollowNodes(loop, fleet);
    }

    /** Completes when each node of the topology has joined, or was refused for good. */
    public CompletionStage<Void> joined() {
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
