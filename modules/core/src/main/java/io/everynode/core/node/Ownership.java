package io.everynode.core.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.placement.PodRequirements;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Node decides about whose the Pods in its keeping are (pkg/controller/controller_ref_manager.go), and about
 * ordinary Pods that come into it. Invariant I1 holds after each of these decisions: an adoption ends in the same
 * persist what is too many. Pure.
 */
public final class Ownership {

    private Ownership() {}

    static Decision<NodeEvent, ConvergeReply> release(
            NodeState state, Converge converge, Converge.Release release, long lastSequence) {
        DaemonPod pod = state.pods().get(release.podUid());
        if (pod == null || !pod.daemonSetUid().equals(converge.daemonSetUid())) {
            return SlotDecisions.nothing(lastSequence, "the DaemonSet does not own it");
        }
        return Decision.of(new NodeEvent.DaemonPodReleased(pod.uid()), converge.reason(), SlotDecisions.applied());
    }

    static Decision<NodeEvent, ConvergeReply> adopt(
            NodeState state, Converge converge, Converge.Adopt adopt, long lastSequence, Instant now) {
        DaemonPod pod = state.pods().get(adopt.podUid());
        String uid = converge.daemonSetUid();
        if (pod == null || !pod.namespace().equals(converge.namespace())) {
            return SlotDecisions.refused("no such Pod is in the node's keeping");
        }
        if (pod.daemonSetUid().equals(uid)) {
            return SlotDecisions.nothing(lastSequence, "the DaemonSet owns it already");
        }
        if (!pod.orphan() || !free(pod.controller(), uid)) {
            return SlotDecisions.refused("Pod " + pod.name() + " has another controller");
        }
        if (pod.terminating()) {
            return SlotDecisions.refused("Pod " + pod.name() + " is terminating");
        }
        List<NodeEvent> events = new ArrayList<>();
        events.add(new NodeEvent.DaemonPodAdopted(
                pod.uid(), uid, converge.daemonSet(), converge.generation(), pod.revisionLabel()));
        for (DaemonPod surplus : surplus(state, uid, pod, adopt)) {
            events.add(PodEnding.event(surplus, null, now));
        }
        WaitingPods.retryAfter(state, events);
        return new Decision<>(events, converge.reason(), SlotDecisions.applied());
    }

    private static List<DaemonPod> surplus(NodeState state, String uid, DaemonPod adopted, Converge.Adopt adopt) {
        List<DaemonPod> live = new ArrayList<>(state.podsOf(uid));
        live.add(adopted);
        live.removeIf(pod -> !pod.live());
        live.sort(DaemonPod.FIRST);
        boolean young = false;
        boolean old = false;
        List<DaemonPod> surplus = new ArrayList<>(1);
        for (DaemonPod pod : live) {
            String revision = pod == adopted ? pod.revisionLabel() : pod.owner().revision();
            boolean current = revision.equals(adopt.revision());
            boolean taken = adopt.surge() ? current ? young : old : young || old;
            if (taken) {
                surplus.add(pod);
            }
            young |= current;
            old |= !current;
        }
        return surplus;
    }

    /**
     * An ordinary Pod hands itself over: it is taken whatever has become of the node, as nobody else keeps it from now
     * on. On a node that is gone it ends at once, as all Pods there did.
     */
    public static Decision<NodeEvent, TakeOverReply> takeOver(
            NodeState state, NodeCommand.TakeOver command, Instant now) {
        Reservation known = state.reservations().get(command.podUid());
        if (state.pods().containsKey(command.podUid()) || known != null && known.tookOver()) {
            return Decision.none(new TakeOverReply(command.attempt(), true));
        }
        if (now.toEpochMilli() > command.meta().deadlineMillis()) {
            // By now it may have been taken, have ended, and have been forgotten: it would live again.
            return Decision.none(new TakeOverReply(command.attempt(), false));
        }
        ObjectNode object = command.object().tree();
        PodRequirements requirements = PodRequirements.ofPod(object);
        List<NodeEvent> events = new ArrayList<>();
        events.add(new NodeEvent.PodTakenOver(
                command.podUid(),
                command.namespace(),
                command.name(),
                command.attempt(),
                command.object(),
                requirements.requests(),
                requirements.ports(),
                requirements.priority(),
                Json.at(object, "spec", "terminationGracePeriodSeconds").asLong(ObjectLifecycle.DEFAULT_GRACE_SECONDS),
                state.incarnation() + 1));
        if (!state.exists()) {
            events.add(new NodeEvent.DaemonPodRemoved(command.podUid()));
        }
        WaitingPods.retryAfter(state, events);
        return new Decision<>(events, "Pod handed over", new TakeOverReply(command.attempt(), true));
    }

    /** Whether a DaemonSet may own a Pod whose object names this controller. */
    public static boolean free(ControllerRef controller, String daemonSetUid) {
        return controller.uid().isEmpty() || controller.uid().equals(daemonSetUid);
    }
}
