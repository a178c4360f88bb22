package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.invariants.BrokenInvariant;
import io.everynode.controlplane.runtime.LifecycleFeed;
import io.everynode.controlplane.runtime.LifecycleWork;
import io.everynode.controlplane.runtime.LifecycleWrites;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.lifecycle.EvictionZones;
import io.everynode.core.lifecycle.HeartbeatLedger;
import io.everynode.core.lifecycle.LifecycleSettings;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.WriteReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who hears nodes and has silent ones tainted, driven as LeaseKeeper and NodeLifecycleActor are; one start on one JVM.
 * What it heard is lost with it (I8): another one gives every node a full grace. It also evicts ordinary Pods.
 */
final class SimLifecycle {

    /** Shorter than by default, so that a run sees losses. */
    private static final LifecycleSettings SETTINGS =
            new LifecycleSettings(Duration.ofSeconds(16), Duration.ofSeconds(20), 0.5, 0.01, 0.55, 50);

    private static final long COMMAND_LIFE = 4_000;
    private static final long MARK_AGAIN = 5_000;
    private static final Caller CALLER = Caller.controller("node-controller");

    private final Cluster cluster;
    private final SimGateway gateway;
    private final int jvm;
    private final boolean watched;
    private final HeartbeatLedger ledger = new HeartbeatLedger(SETTINGS);
    private final LifecycleWork work = new LifecycleWork(SETTINGS);
    private final LifecycleFeed feed = new LifecycleFeed();
    private final Map<String, Long> heardAt = new HashMap<>();
    private boolean ready;
    private boolean ended;
    private long timer;
    private long commands;

    /** @param watched whether it hears nodes, and waits to hear them */
    SimLifecycle(Cluster cluster, SimGateway gateway, int jvm, boolean watched) {
        this.cluster = cluster;
        this.gateway = gateway;
        this.jvm = jvm;
        this.watched = watched;
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
            Set<String> news = new LinkedHashSet<>();
            changes.forEach(change -> feed.concerned(cluster.jvm(jvm).current(), change, news::add));
            if (!news.isEmpty()) {
                news.forEach(node -> look(node, true));
                act();
            }
        }
    }

    private void look(String name, boolean fresh) {
        NodeState node = cluster.jvm(jvm).current().node(name);
        work.look(cluster.jvm(jvm).current(), name, clock());
        if (!watched) {
            return;
        }
        if (node.exists()) {
            ledger.appeared(name, node.facts().uid(), fresh, cluster.queue.millis());
        } else {
            ledger.gone(name);
        }
    }

    private long clock() {
        return cluster.decisions.evictionClock(cluster.queue.millis());
    }

    private void act() {
        if (ended) {
            return;
        }
        long now = cluster.queue.millis();
        CatalogVersion version = cluster.jvm(jvm).current();
        long grace = SETTINGS.gracePeriod().toMillis();
        for (String node : ledger.step(now)) {
            BrokenInvariant.require(
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
        LifecycleWork.Todo todo = work.act(version, clock());
        todo.evictions().forEach(this::evict);
        mark(todo.marks());
        for (EvictionZones.Order order : todo.orders()) {
            NodeCommand.SetEvictingTaint taint = new NodeCommand.SetEvictingTaint(
                    meta(version), version.node(order.node()).objectSequence(), order.taint());
            cluster.tellNode(order.node(), entity -> entity.setEvictingTaint(taint));
        }
        long due = work.nextDeadline(clock());
        long next = Math.min(ledger.nextDeadline(), due == Long.MAX_VALUE ? due : due - clock() + now);
        if (next != Long.MAX_VALUE) {
            long mine = ++timer;
            cluster.queue.in(Math.max(1, next - now), () -> {
                if (mine == timer) {
                    act();
                }
            });
        }
    }

    private void evict(StoredObject pod) {
        LifecycleWrites.evictionNotice(pod, cluster.queue.now())
                .ifPresentOrElse(
                        notice -> gateway.write(jvm, notice, noted -> {
                            if (noted instanceof WriteReply.Rejected) {
                                evicted(pod);
                            } else {
                                delete(pod);
                            }
                        }),
                        () -> delete(pod));
    }

    private void delete(StoredObject pod) {
        gateway.write(jvm, LifecycleWrites.evict(pod, cluster.queue.now()), reply -> evicted(pod));
    }

    private void evicted(StoredObject pod) {
        work.evicted(pod.uid(), clock());
        act();
    }

    private void mark(List<LifecycleWork.Mark> marks) {
        for (LifecycleWork.Mark mark : marks) {
            gateway.write(jvm, LifecycleWrites.notReady(mark.pod(), cluster.queue.now()), reply -> {
                if (work.marked(mark, !(reply instanceof WriteReply.Rejected))) {
                    cluster.queue.in(
                            MARK_AGAIN, () -> mark(work.marks(cluster.jvm(jvm).current())));
                } else {
                    mark(work.marks(cluster.jvm(jvm).current()));
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
