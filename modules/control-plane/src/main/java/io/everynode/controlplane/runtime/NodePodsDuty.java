package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.event.Caller;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.Disruption;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Pods that nobody runs any more, by node (gcOrphaned and gcTerminating of pkg/controller/podgc/gc_controller.go):
 * those bound to a node that is not there, after a quarantine in which it may come back; and terminating ones on a node
 * that is not ready and marked out of service. The daemon Pods of a deleted node go with it by themselves.
 */
final class NodePodsDuty implements Duty<String> {

    static final Caller COLLECTOR = Caller.controller("pod-garbage-collector");

    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    /** Pods that are ended for one node at a time; each that goes brings up the next. */
    private static final int MAX_AT_ONCE = 100;

    private final Duration quarantine;

    /** Since when nodes with Pods are missed. Only {@link #decide} and {@link #everything} touch it, in one thread. */
    private final Map<String, Instant> missedSince = new HashMap<>();

    NodePodsDuty(Duration quarantine) {
        this.quarantine = quarantine;
    }

    @Override
    public Collection<String> everything(CatalogVersion version) {
        missedSince.clear();
        return version.podsByNode().keySet().stream()
                .filter(node -> missing(version, node) || outOfService(version, node))
                .toList();
    }

    private static boolean missing(CatalogVersion version, String node) {
        return !version.node(node).exists();
    }

    private static boolean outOfService(CatalogVersion version, String node) {
        NodeState state = version.node(node);
        return state.exists()
                && !state.facts().ready()
                && state.facts().taints().stream().anyMatch(taint -> taint.key().equals(OUT_OF_SERVICE));
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<String> keys) {
        if (change.object().kind().equals(Kinds.NODE)) {
            String node = change.object().name();
            if (change.type() != Change.Type.MODIFIED || outOfService(version, node)) {
                keys.accept(node);
            }
        } else if (change.object().kind().equals(Kinds.POD)) {
            String node = CatalogVersion.nodeOf(change.object());
            if (!node.isEmpty() && (missing(version, node) || outOfService(version, node))) {
                keys.accept(node);
            }
        }
    }

    @Override
    public Todo decide(CatalogVersion version, String node, Instant now) {
        if (!missing(version, node)) {
            missedSince.remove(node);
            return outOfService(version, node) ? Todo.of(endTerminating(version, node, now)) : Todo.NOTHING;
        }
        if (!version.podsOnNode(node).iterator().hasNext()) {
            missedSince.remove(node);
            return Todo.NOTHING;
        }
        Instant end = missedSince.computeIfAbsent(node, n -> now).plus(quarantine);
        return now.isBefore(end)
                ? new Todo(List.of(), Duration.between(now, end))
                : Todo.of(endAll(version, node, now));
    }

    private static List<WriteRequest> endAll(CatalogVersion version, String node, Instant now) {
        List<WriteRequest> writes = new ArrayList<>();
        for (StoredObject pod : version.podsOnNode(node)) {
            if (pod instanceof StoredDaemonPod || writes.size() == MAX_AT_ONCE) {
                continue;
            }
            ObjectNode tree = pod.tree();
            if (!ended(tree)) {
                writes.add(CleanupWrites.fail(pod, Disruption.POD_GC, "PodGC: node no longer exists", COLLECTOR, now));
            } else if (!waitsForFinalizers(tree)) {
                writes.add(CleanupWrites.delete(pod, 0L, COLLECTOR, now));
            }
        }
        return writes;
    }

    private static List<WriteRequest> endTerminating(CatalogVersion version, String node, Instant now) {
        List<WriteRequest> writes = new ArrayList<>();
        for (StoredObject pod : version.podsOnNode(node)) {
            if (pod.terminating() && writes.size() < MAX_AT_ONCE && !(waitsForFinalizers(pod.tree()))) {
                writes.add(CleanupWrites.fail(pod, "", "", COLLECTOR, now));
            }
        }
        return writes;
    }

    private static boolean ended(ObjectNode pod) {
        String phase = Json.text(pod, "status", "phase");
        return phase.equals("Failed") || phase.equals("Succeeded");
    }

    /** It has ended and was deleted without grace: only finalizers hold it. */
    static boolean waitsForFinalizers(ObjectNode pod) {
        return ended(pod)
                && Json.at(pod, "metadata").has("deletionTimestamp")
                && Json.at(pod, "metadata", "deletionGracePeriodSeconds").asLong(0) == 0;
    }
}
