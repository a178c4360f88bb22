package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.core.lifecycle.HeartbeatLedger;
import io.everynode.core.lifecycle.LifecycleSettings;
import io.everynode.core.node.NodeState;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What one {@link LeaseKeeper} knows of its nodes: when each was heard last, and its newest renewal (invariant I8). A
 * renewal is the most frequent write of all, so that one which arrives where the keeper runs is noted here at once,
 * instead of by a message and its answer; the keeper decides who is lost. Thread-safe, and nothing in it waits.
 */
public final class Heartbeats {

    private final HeartbeatLedger ledger;
    private final Map<String, LeaseKeeper.Kept> renewals = new HashMap<>();
    private final Supplier<CatalogVersion> catalog;
    private final InstantSource clock;

    Heartbeats(LifecycleSettings settings, Supplier<CatalogVersion> catalog, InstantSource clock) {
        this.ledger = new HeartbeatLedger(settings);
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * The node has shown that it lives. Only renewals of nodes that exist are kept, so that no client can fill the
     * memory with others.
     *
     * @param renewal null when it was not by its Lease
     */
    public synchronized void heard(String node, LeaseKeeper.Kept renewal) {
        ledger.heartbeat(node, clock.millis());
        if (renewal != null && (ledger.knows(node) || catalog.get().node(node).exists())) {
            renewals.put(node, renewal);
        }
    }

    /** Whether there is such a node, as far as this keeper has heard of it. */
    public synchronized boolean knows(String node) {
        return ledger.knows(node);
    }

    public synchronized LeaseKeeper.Kept newest(String node) {
        return renewals.getOrDefault(node, LeaseKeeper.Kept.NOTHING);
    }

    /**
     * Follows the catalog.
     *
     * @param fresh whether the node may have just joined, and not only this keeper has just begun
     */
    synchronized void look(CatalogVersion version, String node, boolean fresh) {
        NodeState state = version.node(node);
        if (state.exists()) {
            ledger.appeared(node, state.facts().uid(), fresh, clock.millis());
        } else {
            ledger.gone(node);
            renewals.remove(node);
        }
    }

    /** The node has taken that it is lost. */
    synchronized void confirmed(String node) {
        ledger.confirmed(node);
    }

    /** The nodes to tell now that they are lost. */
    synchronized List<String> step() {
        return ledger.step(clock.millis());
    }

    /** As {@link HeartbeatLedger#nextDeadline}. */
    synchronized long nextDeadline() {
        return ledger.nextDeadline();
    }
}
