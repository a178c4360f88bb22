package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogSchedulerView;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.node.Reservation;
import io.everynode.core.scheduling.Scheduler;
import io.everynode.core.scheduling.SchedulerStep;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.Map;

/**
 * Who has the room of a cluster at rest: nobody waits for Pods below it, and no room is kept for anybody, as everybody
 * for whom it was freed is there or was told that it is lost. And a scheduler that knows nothing but the catalog finds
 * no place and no victim that the one that saw it all come about has missed.
 */
final class SettledRoom {

    private SettledRoom() {}

    /** @return what is wrong, or "" */
    static String wrong(CatalogVersion catalog) {
        for (Map.Entry<String, NodeState> entry : catalog.nodes().entrySet()) {
            NodeState node = entry.getValue();
            for (DaemonPod pod : node.pods().values()) {
                if (!node.exists() || pod.bound() || !pod.live()) {
                    continue;
                }
                if (!node.nominations().isEmpty()) {
                    // Where nobody waits they are harmless, and nobody looks.
                    return entry.getKey() + ": " + pod.name() + " waits, and room is kept for some that do not come: "
                            + node.nominations();
                }
                if (fitsAboveOthers(node, pod)) {
                    return entry.getKey() + ": " + pod.name() + " waits though it comes before Pods there: "
                            + pod.waiting();
                }
            }
        }
        CatalogSchedulerView view = new CatalogSchedulerView(catalog);
        Scheduler fresh = new Scheduler();
        view.introduceTo(fresh);
        for (SchedulerStep step : fresh.run(view)) {
            if (!(step instanceof SchedulerStep.Unschedulable)) {
                return "a scheduler that starts would do what none has done: " + step;
            }
        }
        for (StoredObject object : catalog.list(Kinds.POD, "")) {
            if (!(object instanceof StoredDaemonPod)
                    && !Json.text(object.tree(), "status", "nominatedNodeName").isEmpty()) {
                return object + " shows a nomination of " + Json.text(object.tree(), "status", "nominatedNodeName");
            }
        }
        return "";
    }

    /** Whether the daemon Pod would have room if all below it ended, other than those of its DaemonSet. */
    private static boolean fitsAboveOthers(NodeState node, DaemonPod pod) {
        int priority = pod.createdBy().priority();
        long left = node.facts().allocatable().milliCpu() - takenByOthers(node, priority);
        for (DaemonPod other : node.podsOf(pod.daemonSetUid())) {
            left -= other.occupies() && other.createdBy().priority() < priority
                    ? other.requests().milliCpu()
                    : 0;
        }
        return pod.requests().milliCpu() <= left;
    }

    /** What of the node's room Pods of at least this priority have. */
    static long takenByOthers(NodeState node, int priority) {
        long taken = 0;
        for (DaemonPod pod : node.pods().values()) {
            taken += pod.occupies() && pod.createdBy().priority() >= priority
                    ? pod.requests().milliCpu()
                    : 0;
        }
        for (Reservation reservation : node.reservations().values()) {
            taken += reservation.accepted() && reservation.priority() >= priority
                    ? reservation.requests().milliCpu()
                    : 0;
        }
        return taken;
    }
}
