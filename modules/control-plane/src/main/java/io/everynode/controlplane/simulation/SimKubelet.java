package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.event.Caller;
import io.everynode.core.lifecycle.NodeConditions;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A hollow kubelet: starts Pods, has them fail and turn unready, confirms their end. It knows its Pods from one JVM's
 * catalog.
 */
final class SimKubelet {

    /** An image whose containers never become ready. */
    static final String BROKEN = "broken";

    private static final long NEVER = Long.MAX_VALUE;
    /** Some kubelets wait for longer than a write lives, others overtake themselves. */
    private static final List<Long> REPORT_PATIENCES = List.of(31_000L, 31_000L, 400L);

    private static final ObjectWrite WELL = new ObjectWrite.Patch(
            "status",
            PatchType.STRATEGIC,
            Clients.json("{'status':{'conditions':[{'type':'Ready','status':'True'}]}}"),
            FieldValidation.IGNORE,
            Precondition.NONE);

    private static final class Local {
        private long startAt;
        private long readyAt;
        private long failAt = NEVER;
        private long unreadyFrom = NEVER;
        private long unreadyUntil = NEVER;
        private long endAt = NEVER;
        private long busyUntil;
    }

    private final Cluster cluster;
    private final SimGateway gateway;
    private final Caller caller;
    private final String node;
    private final int jvm;
    private final long reportPatience;
    private final Map<String, Local> pods = new HashMap<>();
    private long nextAt = NEVER;
    private long silentUntil;
    private boolean gone;

    SimKubelet(Cluster cluster, SimGateway gateway, String node) {
        this.cluster = cluster;
        this.gateway = gateway;
        this.node = node;
        this.jvm = cluster.anyJvm();
        this.reportPatience = cluster.chance.of(REPORT_PATIENCES);
        this.caller = new Caller("system:node:" + node, "kubelet");
    }

    void end() {
        gone = true;
    }

    /** It neither renews its Lease nor reports for so long. */
    void silence(long millis) {
        silentUntil = cluster.queue.millis() + millis;
    }

    /** At its usual interval: renews its Lease, and says that the node is well when others think it lost. */
    void beat(Consumer<String> heard) {
        if (gone || cluster.queue.millis() < silentUntil || cluster.chance.fault(100)) {
            return;
        }
        heard.accept(node);
        NodeState seen = cluster.jvm(jvm).current().node(node);
        if (seen.exists()
                && NodeConditions.status(seen.object().tree(), NodeConditions.READY)
                        .equals(NodeConditions.UNKNOWN)) {
            gateway.write(jvm, caller, Kinds.NODE, "", node, WELL, null);
            sync();
        }
    }

    boolean follows(int where) {
        return where == jvm && !gone;
    }

    /** To be called when its JVM's catalog has changed. */
    void sync() {
        long now = cluster.queue.millis();
        if (gone) {
            return;
        }
        nextAt = NEVER;
        if (now < silentUntil) {
            wakeAt(silentUntil);
            wake(now);
            return;
        }
        List<StoredObject> assigned = new ArrayList<>();
        cluster.jvm(jvm).current().podsOnNode(node).forEach(assigned::add);
        pods.keySet()
                .removeIf(uid -> assigned.stream().noneMatch(pod -> pod.uid().equals(uid)));
        for (StoredObject pod : assigned) {
            look(pod, pods.computeIfAbsent(pod.uid(), uid -> plan(pod, now)), now);
        }
        wake(now);
    }

    private void wake(long now) {
        if (nextAt != NEVER) {
            long mine = nextAt;
            cluster.queue.in(nextAt - now, () -> {
                if (nextAt == mine) {
                    sync();
                }
            });
        }
    }

    private Local plan(StoredObject pod, long now) {
        Local local = new Local();
        Chance chance = cluster.chance;
        local.startAt = now + chance.between(50, 1_500);
        boolean broken = Json.at(pod.tree(), "spec", "containers")
                .path(0)
                .path("image")
                .asText()
                .contains(BROKEN);
        local.readyAt = broken ? NEVER : local.startAt + chance.between(50, 3_000);
        if (chance.faulty() && chance.oneIn(12)) {
            local.failAt = local.startAt + chance.between(0, 20_000);
        }
        if (!broken && chance.faulty() && chance.oneIn(5)) {
            local.unreadyFrom = local.readyAt + chance.between(500, 15_000);
            local.unreadyUntil = local.unreadyFrom + chance.between(500, 6_000);
        }
        return local;
    }

    private void look(StoredObject pod, Local local, long now) {
        if (local.busyUntil > now) {
            wakeAt(local.busyUntil);
            return;
        }
        ObjectNode tree = pod.tree();
        if (!Json.text(tree, "metadata", "deletionTimestamp").isEmpty()) {
            terminate(pod, tree, local, now);
            return;
        }
        boolean unready = local.unreadyFrom <= now && now < local.unreadyUntil;
        String phase = local.failAt <= now ? "Failed" : local.startAt <= now ? "Running" : "Pending";
        boolean ready = phase.equals("Running") && local.readyAt <= now && !unready;
        for (long at : new long[] {local.failAt, local.startAt, local.readyAt, local.unreadyFrom, local.unreadyUntil}) {
            if (at > now) {
                wakeAt(at);
            }
        }
        String shown = Json.text(tree, "status", "phase");
        boolean over = shown.equals("Failed") || shown.equals("Succeeded");
        if (!over && (!phase.equals(shown) || ready != NodeState.ready(tree.path("status")))) {
            local.busyUntil = now + reportPatience;
            wakeAt(local.busyUntil);
            write(pod, local, status(pod.uid(), phase, ready));
        }
    }

    private void terminate(StoredObject pod, ObjectNode tree, Local local, long now) {
        long grace = Json.at(tree, "metadata", "deletionGracePeriodSeconds").asLong(0) * 1000;
        if (grace == 0 && !Json.at(tree, "metadata", "finalizers").isEmpty()) {
            // Its end is known; only a finalizer holds it.
            return;
        }
        if (local.endAt == NEVER) {
            local.endAt = now + Math.min(grace, cluster.chance.between(0, 8_000));
        }
        if (local.endAt > now) {
            wakeAt(local.endAt);
            return;
        }
        local.busyUntil = now + reportPatience;
        wakeAt(local.busyUntil);
        write(pod, local, new ObjectWrite.Delete(new Precondition(pod.uid(), 0), 0L, ObjectWrite.Propagation.DEFAULT));
    }

    private void write(StoredObject pod, Local local, ObjectWrite write) {
        gateway.write(jvm, caller, Kinds.POD, pod.namespace(), pod.name(), write, reply -> {
            local.busyUntil = 0;
            cluster.queue.in(1, this::sync);
        });
    }

    private static ObjectWrite status(String uid, String phase, boolean ready) {
        ObjectNode body = Json.object();
        ObjectNode status = body.putObject("status");
        status.put("phase", phase);
        status.putArray("conditions").addObject().put("type", "Ready").put("status", ready ? "True" : "False");
        return new ObjectWrite.Patch(
                "status", PatchType.STRATEGIC, body, FieldValidation.IGNORE, new Precondition(uid, 0));
    }

    private void wakeAt(long at) {
        nextAt = Math.min(nextAt, at);
    }
}
