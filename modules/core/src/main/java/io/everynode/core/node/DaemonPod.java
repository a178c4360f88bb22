package io.everynode.core.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.DaemonPodView;
import io.everynode.core.daemonset.PodTrouble;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * One daemon Pod in its slot on a Node. Times are epoch milliseconds.
 *
 * @param createdBy what made it: the facts that never change; for one that was taken over, what stands for them
 * @param templateFinalizers those it was made with; a client may have changed them since ({@link #finalizers})
 * @param owner whose slot it has; changes by release and adoption
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
        List<String> templateFinalizers,
        PodOwner owner,
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

    /** "" when nobody owns it. */
    public String daemonSetUid() {
        return owner.daemonSetUid();
    }

    /** Nobody owns it, as far as its Node decides that: it counts in no slot. */
    public boolean orphan() {
        return owner.daemonSetUid().isEmpty();
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

    /** Which of several Pods of one DaemonSet is kept: bound before unbound, then the oldest, then by name. */
    static final Comparator<DaemonPod> FIRST = Comparator.comparing((DaemonPod pod) -> !pod.bound())
            .thenComparingLong(DaemonPod::createdAt)
            .thenComparing(DaemonPod::name);

    /** The value of its label controller-revision-hash; "" without it. */
    public String revisionLabel() {
        return edited == null
                ? createdBy.revision()
                : edited.tree()
                        .path("metadata")
                        .path("labels")
                        .path("controller-revision-hash")
                        .asText("");
    }

    /** The controller that its object names, which a client may have changed. */
    public ControllerRef controller() {
        if (edited != null) {
            return ControllerRef.of(edited.tree());
        }
        return orphan() ? ControllerRef.NONE : new ControllerRef("DaemonSet", daemonSetUid());
    }

    /** {@code metadata.finalizers} as they are now. */
    public List<String> finalizers() {
        if (edited == null) {
            return templateFinalizers;
        }
        List<String> finalizers = new ArrayList<>();
        Json.at(edited.tree(), "metadata", "finalizers").forEach(one -> finalizers.add(one.asText()));
        return finalizers;
    }

    /** A finalizer keeps it when it has ended. */
    public boolean held() {
        return !finalizers().isEmpty();
    }

    /** What the DaemonSet's planner sees of it. */
    public DaemonPodView view(String node, long retryAt) {
        return new DaemonPodView(
                node,
                uid(),
                name(),
                owner.generation(),
                owner.revision(),
                phase,
                ready,
                readySince,
                terminating(),
                bound(),
                createdAt,
                phase.equals("Failed") ? retryAt : 0,
                PodTrouble.of(this),
                deletionAt);
    }

    static DaemonPod created(NodeEvent.PodCreation creation, long atMillis, long sequenceNumber) {
        NodeEvent.DaemonPodCreated event = creation.facts();
        boolean bound = event.waiting() == null || event.waiting().isEmpty();
        return new DaemonPod(
                event,
                creation.finalizers(),
                PodOwner.of(event),
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
        return changed(sequence, next -> {
            next.boundAt = atMillis;
            next.waiting = "";
        });
    }

    DaemonPod withWaiting(String why, long sequence) {
        return changed(sequence, next -> next.waiting = why);
    }

    DaemonPod withStatus(JsonBytes newStatus, String newPhase, boolean newReady, long atMillis, long sequence) {
        long since = !newReady ? 0 : ready ? readySince : atMillis;
        return changed(sequence, next -> {
            next.status = newStatus;
            next.phase = newPhase;
            next.ready = newReady;
            next.readySince = since;
        });
    }

    DaemonPod withEdit(JsonBytes object, long sequence) {
        return changed(sequence, next -> next.edited = object);
    }

    DaemonPod withOwner(PodOwner newOwner, long sequence) {
        JsonBytes object = edited == null ? null : editedFor(newOwner);
        return changed(sequence, next -> {
            next.owner = newOwner;
            next.edited = object;
        });
    }

    private JsonBytes editedFor(PodOwner newOwner) {
        ObjectNode tree = edited.tree();
        if (!orphan()) {
            ControllerRef.remove(tree, daemonSetUid());
        }
        if (!newOwner.daemonSetUid().isEmpty()) {
            ControllerRef.setDaemonSet(tree, newOwner.daemonSet(), newOwner.daemonSetUid());
        }
        return JsonBytes.of(tree);
    }

    DaemonPod withDeletion(long at, long grace, long sequence) {
        return changed(sequence, next -> {
            next.deletionAt = at;
            next.deletionGrace = grace;
        });
    }

    private DaemonPod changed(long sequence, Consumer<DaemonPodBuilder> change) {
        DaemonPodBuilder next = new DaemonPodBuilder(this);
        next.sequenceNumber = sequence;
        change.accept(next);
        return next.build();
    }
}
