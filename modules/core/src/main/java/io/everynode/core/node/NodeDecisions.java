package io.everynode.core.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.lifecycle.NoExecuteTaints;
import io.everynode.core.lifecycle.NodeConditions;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.SameOwners;
import io.everynode.core.object.WriteReply;
import io.everynode.core.placement.ConditionTaints;
import io.everynode.core.placement.FitProblem;
import io.everynode.core.placement.NodeFit;
import io.everynode.core.placement.PodRequirements;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.apply.FieldManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a Node decides about its object and about ordinary Pods; its slots are decided in {@link SlotDecisions}. Pure.
 */
public final class NodeDecisions {

    /** Longer than Pods usually take to end; the scheduler takes back what it does not need before. */
    private static final long NOMINATION_MILLIS = 600_000;

    private NodeDecisions() {}

    /**
     * A client's write of the Node object. Taints for its conditions follow at once, and waiting Pods are tried again.
     */
    public static Decision<NodeEvent, WriteReply> write(
            NodeState state, String name, NodeCommand.Write command, Instant now) {
        ObjectNode current = state.exists() ? state.object().tree() : null;
        ObjectChange change =
                ObjectLifecycle.decide(Kinds.NODE, name, current, state.objectSequence(), command.write(), now);
        if (change instanceof ObjectChange.Stored stored) {
            ObjectNode tainted = FieldManager.settled(
                    Kinds.NODE,
                    stored.object(),
                    NoExecuteTaints.settle(current, ConditionTaints.reconcile(stored.object()), now),
                    now);
            // A heartbeat alone is soft state (invariant I8).
            change = tainted.equals(current) || NodeConditions.sameButHeartbeats(current, tainted)
                    ? new ObjectChange.Unchanged(current, stored.warnings())
                    : new ObjectChange.Stored(tainted, stored.warnings());
        }
        WriteReply immediate = change.immediateReply(command.dryRun());
        if (immediate != null) {
            return Decision.none(immediate);
        }
        WriteReply done = new WriteReply.Done("", 0, change instanceof ObjectChange.Removed, change.clientWarnings());
        List<NodeEvent> events = new ArrayList<>();
        if (change instanceof ObjectChange.Stored stored) {
            NodeEvent.Stored event = new NodeEvent.Stored(SameOwners.shorten(stored.object(), current));
            events.add(event);
            WaitingPods.retryAfter(state, events);
            return new Decision<>(events, current == null ? "node joined" : "node changed", done);
        }
        if (change instanceof ObjectChange.Removed removed) {
            for (DaemonPod pod : state.pods().values()) {
                events.add(new NodeEvent.DaemonPodRemoved(pod.uid()));
            }
            events.add(new NodeEvent.Removed(Json.text(removed.last(), "metadata", "uid")));
            keepReservations(state, events);
            return new Decision<>(events, "node deleted", done);
        }
        return Decision.none(done);
    }

    /**
     * A node that comes back under its name finds the ordinary Pods that are still bound to it, so what they have is
     * answered anew, behind the removal, which forgets all. Each Pod releases its own when it goes.
     */
    private static void keepReservations(NodeState state, List<NodeEvent> events) {
        for (Reservation kept : state.reservations().values()) {
            if (kept.accepted()) {
                events.add(new NodeEvent.ReservationAnswered(
                        kept.podUid(),
                        kept.namespace(),
                        kept.name(),
                        kept.attempt(),
                        kept.requests(),
                        kept.ports(),
                        kept.priority(),
                        ""));
            }
        }
    }

    /** A client's write of a daemon Pod: its runtime's report, its deletion, or an edit. */
    public static Decision<NodeEvent, WriteReply> writePod(
            NodeState state, String nodeName, NodeCommand.WritePod command, Instant now) {
        DaemonPod pod = null;
        for (DaemonPod candidate : state.pods().values()) {
            if (candidate.name().equals(command.name()) && candidate.namespace().equals(command.namespace())) {
                pod = candidate;
            }
        }
        Decision<NodeEvent, WriteReply> report = pod == null ? null : PodReports.decide(state, pod, command);
        return report != null ? report : writeAny(state, nodeName, pod, command, now);
    }

    /** Decides on any write, by the whole object. @param pod null when there is none */
    static Decision<NodeEvent, WriteReply> writeAny(
            NodeState state, String nodeName, DaemonPod pod, NodeCommand.WritePod command, Instant now) {
        ObjectNode current = pod == null
                ? null
                : DaemonPodRenderer.render(
                        pod,
                        nodeName,
                        command.template() == null ? null : command.template().tree());
        if (current != null && command.template() == null) {
            // The grace must be known for a deletion although the template is not here.
            Json.child(current, "spec")
                    .put("terminationGracePeriodSeconds", pod.createdBy().graceSeconds());
        }
        ObjectChange change = ObjectLifecycle.decide(
                Kinds.POD, command.name(), current, pod == null ? 0 : pod.sequenceNumber(), keepable(command), now);
        WriteReply immediate = change.immediateReply(command.dryRun());
        if (immediate != null) {
            return Decision.none(immediate);
        }
        WriteReply done = new WriteReply.Done("", 0, change instanceof ObjectChange.Removed, change.clientWarnings());
        List<NodeEvent> events = new ArrayList<>();
        if (change instanceof ObjectChange.Removed removed) {
            boolean evicted = command.write() instanceof ObjectWrite.Evict;
            if (evicted) {
                // What an eviction notes on the Pod is seen before the Pod goes.
                addReport(pod, current, removed.last(), events);
            }
            events.add(new NodeEvent.DaemonPodRemoved(pod.uid()));
            WaitingPods.retryAfter(state, events);
            return new Decision<>(events, evicted ? "Pod evicted" : "Pod ended", done);
        }
        if (change instanceof ObjectChange.Stored stored) {
            addChanges(pod, current, stored.object(), command.template() != null, events);
            // A report may say that the Pod has ended.
            WaitingPods.retryAfter(state, events);
        }
        return events.isEmpty() ? Decision.none(done) : new Decision<>(events, "Pod written", done);
    }

    /**
     * One event for each part that changed: deletion, or report and edit.
     *
     * @param whole whether the objects are; without the template only their status is
     */
    private static void addChanges(
            DaemonPod pod, ObjectNode current, ObjectNode next, boolean whole, List<NodeEvent> events) {
        long deletionAt = millis(Json.text(next, "metadata", "deletionTimestamp"));
        long grace = Json.at(next, "metadata", "deletionGracePeriodSeconds").asLong(0);
        addReport(pod, current, next, events);
        if (!Json.at(next, "metadata", "deletionTimestamp").equals(Json.at(current, "metadata", "deletionTimestamp"))
                || grace
                        != Json.at(current, "metadata", "deletionGracePeriodSeconds")
                                .asLong(0)) {
            if (whole) {
                addFinalizers(pod, current, next, events);
            }
            events.add(new NodeEvent.DaemonPodTerminating(pod.uid(), deletionAt, grace));
            return;
        }
        if (!whole) {
            return;
        }
        ObjectNode edited = next.deepCopy();
        edited.remove("status");
        if (!edited.equals(current.deepCopy().without("status"))) {
            events.add(new NodeEvent.DaemonPodEdited(pod.uid(), JsonBytes.of(edited)));
            if (!pod.orphan() && !ControllerRef.of(edited).uid().equals(pod.daemonSetUid())) {
                // Whoever takes the reference away, or sets another controller, releases the Pod.
                events.add(new NodeEvent.DaemonPodReleased(pod.uid()));
            }
        }
    }

    /** A deletion may be told to wait for dependents of the Pod. When it ends stands in events of its own. */
    private static void addFinalizers(DaemonPod pod, ObjectNode current, ObjectNode next, List<NodeEvent> events) {
        if (!Json.at(next, "metadata", "finalizers").equals(Json.at(current, "metadata", "finalizers"))) {
            ObjectNode edited = next.deepCopy();
            edited.remove("status");
            Json.child(edited, "metadata").remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds"));
            events.add(new NodeEvent.DaemonPodEdited(pod.uid(), JsonBytes.of(edited)));
        }
    }

    /** Without the template a finalizer cannot be kept, so that nobody may be asked to wait for one. */
    private static ObjectWrite keepable(NodeCommand.WritePod command) {
        ObjectWrite write = command.write();
        if (command.template() != null) {
            return write;
        }
        if (write instanceof ObjectWrite.Delete delete) {
            return new ObjectWrite.Delete(
                    delete.precondition(), delete.gracePeriodSeconds(), ObjectWrite.Propagation.DEFAULT);
        }
        return write instanceof ObjectWrite.Evict evict
                ? new ObjectWrite.Evict(
                        evict.precondition(),
                        evict.gracePeriodSeconds(),
                        ObjectWrite.Propagation.DEFAULT,
                        evict.disruption())
                : write;
    }

    private static void addReport(DaemonPod pod, ObjectNode current, ObjectNode next, List<NodeEvent> events) {
        if (!next.path("status").equals(current.path("status"))) {
            events.add(new NodeEvent.DaemonPodReported(pod.uid(), JsonBytes.of(next.path("status"))));
        }
    }

    private static long millis(String timestamp) {
        return timestamp.isEmpty() ? 0 : Instant.parse(timestamp).toEpochMilli();
    }

    /** An ordinary Pod wants to run here. The answer is journaled and the same for the same attempt. */
    public static Decision<NodeEvent, ReserveReply> reserve(NodeState state, NodeCommand.Reserve command, Instant now) {
        if (now.toEpochMilli() > command.meta().deadlineMillis()) {
            // By now the Pod may have asked again, been answered and gone elsewhere: nothing would release this one.
            return Decision.none(new ReserveReply(command.attempt(), "the proposal came after its deadline"));
        }
        Reservation known = state.reservations().get(command.podUid());
        if (known != null && known.attempt() == command.attempt()) {
            return Decision.none(new ReserveReply(known.attempt(), known.refusal()));
        }
        if (known != null && known.attempt() > command.attempt()) {
            return Decision.none(new ReserveReply(command.attempt(), "a later attempt was answered already"));
        }
        String refusal = command.assigned() ? "" : "there is no such node";
        PodRequirements wanted = command.requirements();
        if (state.exists() && !command.assigned()) {
            // What an earlier attempt holds is given up by this one.
            NodeState others = state.withoutReservation(command.podUid());
            List<FitProblem> problems =
                    NodeFit.check(state.facts(), others.requested(), others.podCount(), others.usedPorts(), wanted);
            refusal = problems.stream().map(FitProblem::reason).collect(Collectors.joining(", "));
        }
        List<NodeEvent> events = new ArrayList<>();
        events.add(new NodeEvent.ReservationAnswered(
                command.podUid(),
                command.namespace(),
                command.name(),
                command.attempt(),
                wanted.requests(),
                wanted.ports(),
                wanted.priority(),
                refusal));
        WaitingPods.retryAfter(state, events);
        return new Decision<>(events, "Pod proposed", new ReserveReply(command.attempt(), refusal));
    }

    public static Decision<NodeEvent, ReserveReply> release(NodeState state, NodeCommand.Release command) {
        Reservation known = state.reservations().get(command.podUid());
        ReserveReply done = new ReserveReply(command.attempt(), "");
        if (known == null || known.attempt() > command.attempt()) {
            return Decision.none(done);
        }
        NodeEvent.ReservationReleased event = new NodeEvent.ReservationReleased(command.podUid());
        List<NodeEvent> events = new ArrayList<>();
        events.add(event);
        WaitingPods.retryAfter(state, events);
        return new Decision<>(events, "Pod gone", done);
    }

    /** The reply is "" or says why nothing is done. */
    public static Decision<NodeEvent, String> nominate(NodeState state, NodeCommand.Nominate command, Instant now) {
        if (now.toEpochMilli() > command.meta().deadlineMillis()) {
            return Decision.none("the command came after its deadline");
        }
        Nomination known = state.nominations().get(command.podUid());
        if (!command.wanted()) {
            if (known == null) {
                return Decision.none("");
            }
            List<NodeEvent> events = new ArrayList<>();
            events.add(new NodeEvent.NominationEnded(command.podUid()));
            WaitingPods.retryAfter(state, events);
            return new Decision<>(events, "Pod does not come", "");
        }
        Reservation held = state.reservations().get(command.podUid());
        DaemonPod daemon = state.pods().get(command.podUid());
        if (!state.exists() || held != null && held.accepted() || daemon != null && daemon.bound()) {
            return Decision.none("the Pod is there, or the node is not");
        }
        if (known != null && known.untilMillis() - now.toEpochMilli() > NOMINATION_MILLIS / 2) {
            return Decision.none("");
        }
        return Decision.of(
                new NodeEvent.Nominated(
                        command.podUid(),
                        command.requests(),
                        command.ports(),
                        command.priority(),
                        now.toEpochMilli() + NOMINATION_MILLIS),
                "room is being freed",
                "");
    }
}
