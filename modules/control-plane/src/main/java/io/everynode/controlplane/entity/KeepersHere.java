package io.everynode.controlplane.entity;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** The lease keepers that run in this JVM; sharding knows where the others are. Thread-safe. */
public final class KeepersHere {

    private final AtomicReferenceArray<Heartbeats> running = new AtomicReferenceArray<>(LeaseKeeper.COUNT);

    /**
     * Of the node's keeper; null while that runs elsewhere or nowhere. What is noted in one that ends meanwhile is
     * lost, which is no harm: the next one gives every node a full grace.
     */
    public Heartbeats of(String node) {
        return running.get(LeaseKeeper.numberOf(node));
    }

    void began(int keeper, Heartbeats heartbeats) {
        running.set(keeper, heartbeats);
    }

    void ended(int keeper, Heartbeats heartbeats) {
        running.compareAndSet(keeper, heartbeats, null);
    }
}
