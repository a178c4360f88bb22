package io.everynode.core.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.lifecycle.NoExecuteTaints;
import io.everynode.core.lifecycle.NodeConditions;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.SameOwners;
import io.everynode.core.placement.ConditionTaints;
import io.everynode.objects.Kinds;
import io.everynode.objects.apply.FieldManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Node decides when it is said to be lost, and when an evicting taint is granted or taken away. Each command
 * names the version of the Node that it was planned from, and is refused for another one: a status that was written
 * since then shows otherwise. The reply is why nothing was done, or "". Pure.
 */
public final class ContactDecisions {

    /** Reason of the events by which a node is lost. */
    public static final String LOST = "kubelet stopped posting node status";

    private ContactDecisions() {}

    /**
     * The node's conditions become Unknown, and its ready daemon Pods not ready, in one persist; the taint
     * unreachable:NoSchedule follows, and an evicting taint that is there changes with it.
     *
     * @param heardMillisAgo how long ago the entity had a status of this node, journaled or not; Long.MAX_VALUE when it
     *     does not know
     */
    public static Decision<NodeEvent, String> lostContact(
            NodeState state, NodeCommand.LostContact command, long heardMillisAgo, Instant now) {
        String refusal = refusal(state, command, command.objectSequence(), now);
        if (!refusal.isEmpty()) {
            return Decision.none(refusal);
        }
        if (heardMillisAgo < command.graceMillis()) {
            return Decision.none("the node was heard " + heardMillisAgo + " ms ago");
        }
        ObjectNode current = state.object().tree();
        if (NodeConditions.status(current, NodeConditions.READY).equals(NodeConditions.UNKNOWN)) {
            return Decision.none("");
        }
        ObjectNode lost = current.deepCopy();
        NodeConditions.loseContact(lost, now);
        lost = NoExecuteTaints.settle(current, ConditionTaints.reconcile(lost), now);
        FieldManager.settled(Kinds.NODE, current, lost, now);
        List<NodeEvent> events = new ArrayList<>();
        events.add(new NodeEvent.Stored(SameOwners.shorten(lost, current)));
        for (DaemonPod pod : state.pods().values()) {
            ObjectNode notReady =
                    pod.ready() ? NodeConditions.notReady(pod.status().tree(), now) : null;
            if (notReady != null) {
                events.add(new NodeEvent.DaemonPodReported(pod.uid(), JsonBytes.of(notReady)));
            }
        }
        return new Decision<>(events, LOST, "");
    }

    /** The granted taint must be the one that the node's Ready condition asks for. */
    public static Decision<NodeEvent, String> setEvictingTaint(
            NodeState state, NodeCommand.SetEvictingTaint command, Instant now) {
        String refusal = refusal(state, command, command.objectSequence(), now);
        if (!refusal.isEmpty()) {
            return Decision.none(refusal);
        }
        ObjectNode current = state.object().tree();
        if (!command.taint().isEmpty() && !command.taint().equals(NoExecuteTaints.wanted(current))) {
            return Decision.none("the node's Ready condition does not ask for " + command.taint());
        }
        ObjectNode next =
                command.taint().isEmpty() ? NoExecuteTaints.takeAway(current) : NoExecuteTaints.grant(current, now);
        if (next == current) {
            return Decision.none("");
        }
        FieldManager.settled(Kinds.NODE, current, next, now);
        return Decision.of(
                new NodeEvent.Stored(SameOwners.shorten(next, current)),
                command.taint().isEmpty() ? "no node of any zone is ready, evictions stop" : "node is to be emptied",
                "");
    }

    private static String refusal(NodeState state, NodeCommand command, long objectSequence, Instant now) {
        if (now.toEpochMilli() > command.meta().deadlineMillis()) {
            return "the command came after its deadline";
        }
        if (!state.exists()) {
            return "there is no such node";
        }
        return state.objectSequence() == objectSequence ? "" : "the node has changed since";
    }
}
