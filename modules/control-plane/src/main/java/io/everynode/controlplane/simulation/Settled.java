package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.runtime.LifecycleWork;
import io.everynode.core.daemonset.DaemonSetSpec;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.Incarnation;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.Eligibility;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Resources;
import io.everynode.core.placement.TaintTolerance;
import io.everynode.core.placement.Toleration;
import io.everynode.core.pod.PodState;
import io.everynode.core.scheduling.NodeView;
import io.everynode.core.scheduling.Placement;
import io.everynode.core.scheduling.PodPlacement;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Invariant I2, and what else must be true once faults have stopped: what is missing for it, or "". */
final class Settled {

    private final Cluster cluster;

    Settled(Cluster cluster) {
        this.cluster = cluster;
    }

    String missing() {
        Set<String> owners = new HashSet<>();
        for (Map.Entry<String, Object> entry :
                cluster.invariants().truth().states().entrySet()) {
            if (entry.getValue() instanceof DaemonSetState daemonSet && daemonSet.current() != null) {
                owners.add(daemonSet.current().uid());
                String missing = missing(entry.getKey(), daemonSet.current());
                if (!missing.isEmpty()) {
                    return missing;
                }
            }
        }
        for (Map.Entry<String, Object> entry :
                cluster.invariants().truth().states().entrySet()) {
            if (entry.getValue() instanceof NodeState node) {
                for (DaemonPod pod : node.pods().values()) {
                    if (!pod.orphan() && !owners.contains(pod.daemonSetUid())) {
                        return entry.getKey() + " has a Pod of a removed DaemonSet: " + pod.name();
                    }
                }
            }
        }
        CatalogVersion catalog = cluster.jvm(0).current();
        if (catalog.resourceVersion() < cluster.journal.maxOrdering()) {
            return "the catalog of jvm-0 is behind";
        }
        String orphan = OwnershipClients.notAdopted(catalog);
        String missing = orphan.isEmpty() ? missingOfPods(catalog) : orphan;
        missing = missing.isEmpty() ? SettledRoom.wrong(catalog) : missing;
        return missing.isEmpty() ? SettledOwners.missing(catalog) : missing;
    }

    private String missing(String id, Incarnation current) {
        DaemonSetSpec spec = current.spec();
        int desired = 0;
        int ready = 0;
        for (Map.Entry<String, Object> entry :
                cluster.invariants().truth().states().entrySet()) {
            if (!(entry.getValue() instanceof NodeState node)) {
                continue;
            }
            String name = PersistenceIds.decode(entry.getKey()).parts().get(0);
            List<DaemonPod> pods = node.podsOf(current.uid());
            Eligibility eligibility = node.facts() == null
                    ? new Eligibility(false, false, "no such node")
                    : Eligibility.of(node.facts(), spec.template().requirements());
            desired += eligibility.shouldRun() ? 1 : 0;
            String at = id + " on " + name + ": ";
            if (!eligibility.shouldContinue() && !pods.isEmpty()) {
                return at + "has a Pod, " + eligibility.reason();
            }
            if (pods.size() == 2 && spec.surge() && waitsForRoom(node, pods)) {
                continue;
            }
            if (eligibility.shouldRun() && pods.size() != 1 || pods.size() > 1) {
                return at + "has " + pods.size() + " Pods" + explain(id, name);
            }
            if (pods.isEmpty()) {
                continue;
            }
            DaemonPod pod = pods.get(0);
            if (!spec.rollingUpdate() && !pod.owner().revision().equals(current.currentRevision())) {
                // Whatever is wrong with it, with OnDelete it stays until somebody deletes it.
                continue;
            }
            if (!pod.live() || pod.bound() && !pod.ready()) {
                return at + pod.name() + " is " + pod.phase() + (pod.terminating() ? ", terminating" : "")
                        + explain(id, name);
            }
            if (!pod.bound() && fits(node, pod)) {
                return at + pod.name() + " waits though it fits: " + pod.waiting();
            }
            boolean updated = pod.owner().revision().equals(current.currentRevision());
            if (!updated && spec.rollingUpdate()) {
                boolean stuck = budgetIsTaken(spec, current);
                if (!stuck && eligibility.shouldRun()) {
                    return at + pod.name() + " is of an old revision" + explain(id, name);
                }
            }
            ready += eligibility.shouldRun() && pod.ready() ? 1 : 0;
        }
        var status = current.status().tree();
        if (status.path("desiredNumberScheduled").asInt() != desired
                || status.path("numberReady").asInt() < ready
                || status.path("observedGeneration").asLong() != current.generation()) {
            return id + ": the status is " + status + " for " + desired + " eligible nodes, " + ready + " ready";
        }
        String wrong = SettledConditions.wrong(status, spec, anyWaits(current.uid()));
        return wrong.isEmpty() ? "" : id + ": " + wrong + ": " + status;
    }

    private boolean anyWaits(String daemonSetUid) {
        for (Object state : cluster.invariants().truth().states().values()) {
            if (state instanceof NodeState node
                    && node.podsOf(daemonSetUid).stream().anyMatch(pod -> !pod.bound())) {
                return true;
            }
        }
        return false;
    }

    /** Pods that find no room keep a rollout from going on, as upstream's do. */
    private boolean budgetIsTaken(DaemonSetSpec spec, Incarnation current) {
        for (Object state : cluster.invariants().truth().states().values()) {
            if (state instanceof NodeState node) {
                for (DaemonPod pod : node.podsOf(current.uid())) {
                    if (!pod.bound()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** A new Pod for which there is no room beside the old one. */
    private static boolean waitsForRoom(NodeState node, List<DaemonPod> pods) {
        return pods.stream().allMatch(DaemonPod::live)
                && pods.stream().anyMatch(pod -> !pod.bound() && !fits(node, pod));
    }

    private String explain(String id, String node) {
        return cluster.owner(id) instanceof SimDaemonSet daemonSet ? " (" + daemonSet.explain(node) + ")" : "";
    }

    private static boolean fits(NodeState node, DaemonPod pod) {
        long left = node.facts().allocatable().milliCpu() - node.requested().milliCpu();
        return pod.requests().milliCpu() <= left
                && node.podCount() < node.facts().allocatablePods();
    }

    private boolean overdue(NodeState node, ObjectNode pod) {
        return TaintTolerance.until(
                        node.facts().taints(),
                        Toleration.listOf(Json.at(pod, "spec", "tolerations")),
                        LifecycleWork.since(pod))
                <= cluster.queue.millis();
    }

    /** A node that would take the Pod if all of lower priority were away; or "". */
    private static String mayPreempt(PodRequirements pod, CatalogVersion catalog) {
        for (Map.Entry<String, NodeState> node : catalog.nodes().entrySet()) {
            if (node.getValue().exists()) {
                long left = node.getValue().facts().allocatable().milliCpu()
                        - SettledRoom.takenByOthers(node.getValue(), pod.priority());
                NodeView empty = new NodeView(node.getValue().facts(), Resources.ZERO, 0, Set.of());
                if (pod.requests().milliCpu() <= left
                        && PodPlacement.choose(pod, List.of(empty)) instanceof Placement.Chosen) {
                    return node.getKey();
                }
            }
        }
        return "";
    }

    private String missingOfPods(CatalogVersion catalog) {
        boolean neighbours = Neighbours.matter(catalog);
        for (StoredObject object : catalog.list(Kinds.POD, "")) {
            if (object instanceof StoredDaemonPod) {
                continue;
            }
            var pod = object.tree();
            String node = Json.text(pod, "spec", "nodeName");
            PodState state = catalog.pods().get(object.persistenceId());
            if (!state.unsettled().isEmpty()) {
                return object + " is unsettled: " + state.unsettled();
            }
            if (Json.at(pod, "metadata").has("deletionTimestamp")) {
                return object + " is still terminating";
            }
            if (!node.isEmpty() && catalog.node(node).exists() && overdue(catalog.node(node), pod)) {
                return object + " is still on " + node + ", whose taints it does not bear";
            }
            if (!node.isEmpty() && !catalog.node(node).exists()) {
                return object + " is bound to " + node + ", which is not there";
            }
            String phase = Json.text(pod, "status", "phase");
            if (!node.isEmpty()
                    && !phase.equals("Failed")
                    && !catalog.node(node).reservations().containsKey(object.uid())) {
                return object + " is bound to " + node + ", which knows nothing of it";
            }
            if (node.isEmpty() && !phase.equals("Failed") && !neighbours) {
                PodRequirements requirements = PodRequirements.ofPod(pod);
                Placement placement =
                        PodPlacement.choose(requirements, views(catalog).values());
                if (placement instanceof Placement.Chosen chosen) {
                    return object + " waits though " + chosen.node() + " has room";
                }
                String other = mayPreempt(requirements, catalog);
                if (!other.isEmpty()) {
                    return object + " waits though it comes before Pods on " + other;
                }
            }
        }
        for (Map.Entry<String, NodeState> node : catalog.nodes().entrySet()) {
            for (var reservation : node.getValue().reservations().values()) {
                PodState pod = catalog.pods()
                        .get(PersistenceIds.encode(EntityIds.POD, reservation.namespace(), reservation.name()));
                boolean known = pod != null
                        && pod.claims().containsKey(reservation.podUid())
                        && pod.claims().get(reservation.podUid()).node().equals(node.getKey());
                if (!known) {
                    return node.getKey() + " holds room for " + reservation.name() + ", which does not claim it";
                }
            }
        }
        return "";
    }

    private static Map<String, NodeView> views(CatalogVersion version) {
        Map<String, NodeView> views = new HashMap<>();
        for (Map.Entry<String, NodeState> node : version.nodes().entrySet()) {
            NodeState state = node.getValue();
            if (state.exists()) {
                views.put(
                        node.getKey(),
                        new NodeView(state.facts(), state.requested(), state.podCount(), state.usedPorts()));
            }
        }
        return views;
    }
}
