package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.lifecycle.EvictionZones;
import io.everynode.core.lifecycle.HeartbeatLedger;
import io.everynode.core.lifecycle.LifecycleSettings;
import io.everynode.core.lifecycle.ZonedNode;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.NodeState;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who hears nodes and has silent ones tainted, driven as LeaseKeeper and NodeLifecycleActor are; one start on one JVM.
 * What it heard is lost with it (I8): another one gives every node a full grace.
 */
final class SimLifecycle {

    /** Shorter than by default, so that a run sees losses. */
    private static final LifecycleSettings SETTINGS =
            new LifecycleSettings(Duration.ofSeconds(16), Duration.ofSeconds(20), 0.5, 0.01, 0.55, 50);

    private static final long COMMAND_LIFE = 4_000;
    private static final Caller CALLER = Caller.controller("node-controller");

    private final Cluster cluster;
    private final int jvm;
    private final HeartbeatLedger ledger = new HeartbeatLedger(SETTINGS);
    private final EvictionZones zones = new EvictionZones(SETTINGS);
    private final Map<String, Long> heardAt = new HashMap<>();
    private boolean ready;
    private boolean ended;
    private long timer;
    private long commands;

    /** @param watched whether it does anything */
    SimLifecycle(Cluster cluster, int jvm, boolean watched) {
        this.cluster = cluster;
        this.jvm = jvm;
        if (!watched) {
            return;
        }
        cluster.jvm(jvm).caughtUp(() -> {
            ready = true;
            cluster.jvm(jvm).current().nodes().keySet().forEach(node -> look(node, false));
            act();
        });
    }

    void end() {
        ended = true;
    }

    void heard(String node) {
        if (cluster.decisions.heartbeatsCount()) {
            ledger.heartbeat(node, cluster.queue.millis());
        }
        heardAt.put(node, cluster.queue.millis());
    }

    void published(int where, List<Change> changes) {
        if (where == jvm && ready && !ended) {
            for (Change change : changes) {
                if (change.object().kind().equals(Kinds.NODE)) {
                    look(change.object().name(), true);
                }
            }
            act();
        }
    }

    private void look(String name, boolean fresh) {
        NodeState node = cluster.jvm(jvm).current().node(name);
        if (node.exists()) {
            ledger.appeared(name, node.facts().uid(), fresh, cluster.queue.millis());
            zones.nodeIs(name, ZonedNode.of(node.object().tree()));
        } else {
            ledger.gone(name);
            zones.nodeGone(name);
        }
    }

    private void act() {
        if (ended) {
            return;
        }
        long now = cluster.queue.millis();
        CatalogVersion version = cluster.jvm(jvm).current();
        long grace = SETTINGS.gracePeriod().toMillis();
        for (String node : ledger.step(now)) {
            SimulationFailure.require(
                    heardAt.getOrDefault(node, 0L) + grace <= now, "I8", "%s is told to be lost and was heard", node);
            NodeCommand.LostContact lost = new NodeCommand.LostContact(
                    meta(version), version.node(node).objectSequence(), grace);
            cluster.tellNode(
                    node,
                    entity -> entity.lostContact(
                            lost,
                            refusal -> cluster.reply(() -> {
                                if (refusal.isEmpty()) {
                                    ledger.confirmed(node);
                                }
                            })));
        }
        for (EvictionZones.Order order : zones.step(now)) {
            NodeCommand.SetEvictingTaint taint = new NodeCommand.SetEvictingTaint(
                    meta(version), version.node(order.node()).objectSequence(), order.taint());
            cluster.tellNode(order.node(), entity -> entity.setEvictingTaint(taint));
        }
        long next = Math.min(ledger.nextDeadline(), zones.nextDeadline(now));
        if (next != Long.MAX_VALUE) {
            long mine = ++timer;
            cluster.queue.in(Math.max(1, next - now), () -> {
                if (mine == timer) {
                    act();
                }
            });
        }
    }

    private CommandMeta meta(CatalogVersion version) {
        return new CommandMeta(
                "lifecycle " + jvm + "/" + cluster.queue.millis() + "/" + ++commands,
                CALLER,
                "journal " + version.resourceVersion(),
                cluster.queue.millis() + COMMAND_LIFE,
                version.resourceVersion());
    }
}
