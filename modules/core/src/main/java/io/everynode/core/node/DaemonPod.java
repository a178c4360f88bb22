package io.everynode.core.node;

import io.everynode.core.daemonset.DaemonPodView;
import io.everynode.core.daemonset.PodTrouble;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import java.util.List;

/**
 * One daemon Pod in its slot on a Node. Times are epoch milliseconds.
 *
 * @param createdBy what made it: the facts that never change
 * @param boundAt when it got the node; 0 while it waits
 * @param waiting why it does not fit, while it waits
 * @param status as reported last; null before the first report
 * @param phase from the status; "Pending" before
 * @param ready condition Ready
 * @param readySince by the control plane's clock; 0 when not ready
 * @param deletionAt deletionTimestamp; 0 when not terminating
 * @param deletionGrace seconds
 * @param edited the object without status after a client changed it; null when it is as rendered
 * @param sequenceNumber of its last event
 */
public record DaemonPod(
        NodeEvent.DaemonPodCreated createdBy,
        long createdAt,
        long boundAt,
        String waiting,
        JsonBytes status,
        String phase,
        boolean ready,
        long readySince,
        long deletionAt,
        long deletionGrace,
        JsonBytes edited,
        long sequenceNumber) {

    public String uid() {
        return createdBy.uid();
    }

    public String name() {
        return createdBy.name();
    }

    public String namespace() {
        return createdBy.namespace();
    }

    public String daemonSetUid() {
        return createdBy.daemonSetUid();
    }

    public boolean bound() {
        return boundAt != 0;
    }

    public boolean terminating() {
        return deletionAt != 0;
    }

    public boolean terminal() {
        return phase.equals("Failed") || phase.equals("Succeeded");
    }

    /** Neither terminal nor terminating: what invariant I1 counts. */
    public boolean live() {
        return !terminal() && !terminating();
    }

    /** Takes resources of the node. */
    public boolean occupies() {
        return bound() && !terminal();
    }

    public Resources requests() {
        return createdBy.requests() == null ? Resources.ZERO : createdBy.requests();
    }

    public List<HostPort> ports() {
        return createdBy.ports() == null ? List.of() : createdBy.ports();
    }

    /** What the DaemonSet's planner sees of it. */
    public DaemonPodView view(String node, long retryAt) {
        return new DaemonPodView(
                node,
                uid(),
                name(),
                createdBy.generation(),
                createdBy.revision(),
                phase,
                ready,
                readySince,
                terminating(),
                bound(),
                createdAt,
                phase.equals("Failed") ? retryAt : 0,
                PodTrouble.of(this));
    }

    static DaemonPod created(NodeEvent.DaemonPodCreated event, long atMillis, long sequenceNumber) {
        boolean bound = event.waiting() == null || event.waiting().isEmpty();
        return new DaemonPod(
                event,
                atMillis,
                bound ? atMillis : 0,
                bound ? "" : event.waiting(),
                null,
                "Pending",
                false,
                0,
                0,
                0,
                null,
                sequenceNumber);
    }

    DaemonPod withBound(long atMillis, long sequence) {
        return new DaemonPod(
                createdBy,
                createdAt,
                atMillis,
                "",
                status,
                phase,
                ready,
                readySince,
                deletionAt,
                deletionGrace,
                edited,
                sequence);
    }

    DaemonPod withWaiting(String why, long sequence) {
        return new DaemonPod(
                createdBy,
                createdAt,
                boundAt,
                why,
                status,
                phase,
                ready,
                readySince,
                deletionAt,
                deletionGrace,
                edited,
                sequence);
    }

    DaemonPod withStatus(JsonBytes newStatus, String newPhase, boolean newReady, long atMillis, long sequence) {
        long since = !newReady ? 0 : ready ? readySince : atMillis;
        return new DaemonPod(
                createdBy,
                createdAt,
                boundAt,
                waiting,
                newStatus,
                newPhase,
                newReady,
                since,
                deletionAt,
                deletionGrace,
                edited,
                sequence);
    }

    DaemonPod withEdit(JsonBytes object, long sequence) {
        return new DaemonPod(
                createdBy,
                createdAt,
                boundAt,
                waiting,
                status,
                phase,
                ready,
                readySince,
                deletionAt,
                deletionGrace,
                object,
                sequence);
    }

    DaemonPod withDeletion(long at, long grace, long sequence) {
        return new DaemonPod(
                createdBy, createdAt, boundAt, waiting, status, phase, ready, readySince, at, grace, edited, sequence);
    }
}
