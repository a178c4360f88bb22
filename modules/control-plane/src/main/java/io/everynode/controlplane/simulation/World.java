package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.runtime.Duties;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What people, machines and accidents do to the cluster, and when. */
final class World {

    private static final int MAX_NODES = 7;
    private static final Duration MISSING_NODE_QUARANTINE = Duration.ofSeconds(10);
    private static final int ENDED_PODS_KEPT = 4;
    private static final long BEAT = 5_000;

    private final Cluster cluster;
    private final Chance chance;
    private final SimGateway gateway;
    private final Clients clients;
    private final OwnershipClients ownership;
    private final Map<String, SimKubelet> kubelets = new TreeMap<>();
    private final Set<Integer> syncPending = new HashSet<>();
    /** In some runs much happens at once, in others each change has its time. */
    private final boolean busy;

    private final Theme theme;

    /** Whether kubelets are listened to; in the other runs there is more time for the rest. */
    private final boolean watched;

    private SimScheduler scheduler;
    private SimHousekeeper housekeeper;
    private SimLifecycle lifecycle;
    private int beats;
    private List<SimDuty<?>> duties = List.of();

    /** @param wanted null for any */
    World(Cluster cluster, Theme wanted) {
        this.cluster = cluster;
        this.chance = cluster.chance;
        this.busy = chance.oneIn(2);
        Theme drawn = chance.of(Theme.DRAWN);
        this.theme = wanted == null ? drawn : wanted;
        this.watched = chance.oneIn(3);
        this.gateway = new SimGateway(cluster);
        this.clients = new Clients(cluster, gateway, theme);
        startSingletons();
        this.ownership = new OwnershipClients(cluster, gateway, clients);
        cluster.listen(this::published);
        int nodes = (theme == Theme.ROLLOUTS ? 4 : 2) + chance.below(4);
        for (int i = 1; i <= nodes; i++) {
            join("node-" + i);
        }
        if (watched) {
            beat();
        }
        clients.createFirstObjects();
        cluster.queue.in(1_000, clients::createFirstDaemonSet);
    }

    private void startSingletons() {
        scheduler = new SimScheduler(cluster, gateway, cluster.anyJvm());
        housekeeper = new SimHousekeeper(cluster, cluster.anyJvm());
        lifecycle = new SimLifecycle(cluster, gateway, cluster.anyJvm(), watched);
        List<SimDuty<?>> started = new ArrayList<>();
        Duties.all(MISSING_NODE_QUARANTINE, ENDED_PODS_KEPT, namespace -> gateway.quiet(namespace.name()))
                .forEach((name, duty) -> {
                    if (cluster.decisions.dutyIsDone(name)) {
                        started.add(new SimDuty<>(cluster, gateway, cluster.anyJvm(), duty));
                    }
                });
        duties = started;
    }

    Clients clients() {
        return clients;
    }

    private void published(int jvm, List<Change> changes, Touched touched) {
        scheduler.published(jvm, touched);
        housekeeper.published(jvm);
        lifecycle.published(jvm, changes);
        duties.forEach(duty -> duty.published(jvm, changes));
        boolean anyPod =
                changes.stream().anyMatch(change -> change.object().kind().equals(Kinds.POD));
        if (anyPod && syncPending.add(jvm)) {
            cluster.queue.in(1, () -> {
                syncPending.remove(jvm);
                kubelets.values().stream()
                        .filter(kubelet -> kubelet.follows(jvm))
                        .forEach(SimKubelet::sync);
            });
        }
    }

    /** Goes on for ever; faults end with {@link Chance#noMoreFaults}. */
    void live() {
        if (chance.faulty()) {
            act();
            boolean pause = chance.oneIn(busy ? 20 : 8);
            cluster.queue.in(pause ? chance.between(5_000, 30_000) : chance.between(5, busy ? 400 : 2_500), this::live);
        }
    }

    private void act() {
        switch (theme.next(chance)) {
            case JOIN -> join(anyNode());
            case LEAVE -> clients.deleteNode(anyNode());
            case TAINT -> clients.taint(anyNode());
            case LABEL -> clients.label(anyNode());
            case CORDON -> clients.cordon(anyNode());
            case SILENCE -> {
                if (watched && kubelets.containsKey(anyNode())) {
                    chance.of(List.copyOf(kubelets.values())).silence(chance.between(2_000, 60_000));
                }
            }
            case READINESS -> clients.ready(anyNode(), !chance.oneIn(3));
            case CREATE_DAEMON_SET -> clients.createDaemonSet();
            case DELETE_DAEMON_SET -> clients.deleteDaemonSet();
            case REPLACE_DAEMON_SET -> clients.replaceDaemonSet();
            case TEMPLATE -> clients.changeImage();
            case TEMPLATE_AND_SHAKE -> {
                clients.changeImage();
                cluster.queue.in(chance.between(5, 1_500), this::shake);
            }
            case STRATEGY -> clients.changeStrategy();
            case SELECTOR -> clients.changeNodeSelector();
            case DELETE_POD -> clients.deletePod();
            case CREATE_PODS -> {
                clients.createPod();
                clients.createPod();
            }
            case NAMESPACE -> clients.createOrDeleteNamespace();
            case OWNERS -> clients.ownerOrDependent();
            case OWNERSHIP -> ownership.act();
            case HOLD -> clients.hold();
            case TAKE_NAME -> clients.takeName(anyNode());
            case SHAKE -> shake();
            case MOVE -> moveShard();
            case FREEZE_UNSETTLED -> freezeWhatIsUnsettled();
        }
    }

    /** How often kubelets were heard: not counted as steps, as little comes of it. */
    int beats() {
        return beats;
    }

    private void beat() {
        beats += chance.faulty() ? 1 : 0;
        kubelets.values().forEach(kubelet -> kubelet.beat(lifecycle::heard));
        cluster.queue.in(BEAT, this::beat);
    }

    private String anyNode() {
        return "node-" + (1 + chance.below(MAX_NODES));
    }

    private void join(String name) {
        clients.createNode(name);
        kubelets.computeIfAbsent(name, any -> new SimKubelet(cluster, gateway, name));
    }

    private void moveShard() {
        List<String> ids = cluster.entityIds();
        String id = ids.isEmpty() ? "" : chance.of(ids);
        if (!ids.isEmpty() && chance.fault(900) && cluster.owner(id).running()) {
            cluster.move(id, chance.oneIn(2));
        }
    }

    /** A Pod between two steps of its binding has an owner that stands still. */
    private void freezeWhatIsUnsettled() {
        for (String id : cluster.entityIds()) {
            if (cluster.owner(id) instanceof SimPod pod
                    && pod.running()
                    && !pod.state.unsettled().isEmpty()
                    && chance.fault(900)) {
                cluster.move(id, true);
            }
        }
    }

    /** Faults of the singletons' and DaemonSets' JVMs. */
    private void shake() {
        if (chance.fault(800)) {
            scheduler.end();
            housekeeper.end();
            lifecycle.end();
            duties.forEach(SimDuty::end);
            startSingletons();
            for (String id : cluster.entityIds()) {
                if (cluster.owner(id) instanceof SimDaemonSet
                        && cluster.owner(id).running()) {
                    cluster.move(id, chance.oneIn(2));
                }
            }
        }
    }

    /** Ends what would keep the cluster from becoming whole, except for taints. */
    void repair() {
        clients.repair();
        for (int i = 1; i <= MAX_NODES; i++) {
            clients.ready("node-" + i, true);
        }
    }
}
