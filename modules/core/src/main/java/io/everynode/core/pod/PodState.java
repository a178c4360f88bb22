package io.everynode.core.pod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.Ownership;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.PodConditions;
import io.everynode.core.object.SameOwners;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.List;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * What the actor of one ordinary Pod's name knows. The Pod is bound in steps that survive a crash at each: it journals
 * the proposal, the node journals its answer, a refusal is released before another node is asked. {@link #unsettled}
 * names what the actor still has to do.
 *
 * @param object the Pod without resourceVersion; null while there is none of this name
 * @param uid of the object; "" without one
 * @param sequenceNumber of the object's last event
 * @param claims by Pod UID; claims of earlier Pods of this name stay until they are released
 * @param lastAttempt running number of proposals, never falls
 */
public record PodState(
        JsonBytes object, String uid, long sequenceNumber, PMap<String, NodeClaim> claims, long lastAttempt) {

    /** Upstream's words (pkg/registry/core/pod/strategy.go). */
    private static final String GATED = "Scheduling is blocked due to non-empty scheduling gates";

    public static final PodState ABSENT = new PodState(null, "", 0, TreePMap.empty(), 0);

    public Decision<PodEvent, WriteReply> decide(String name, PodCommand.Write command, Instant now) {
        if (handingOver()) {
            return Decision.none(new WriteReply.Moved());
        }
        ObjectNode current = object == null ? null : object.tree();
        ObjectChange change = ObjectLifecycle.decide(Kinds.POD, name, current, sequenceNumber, command.write(), now);
        WriteReply immediate = change.immediateReply(command.dryRun());
        if (immediate != null) {
            return Decision.none(immediate);
        }
        WriteReply done = new WriteReply.Done("", 0, change instanceof ObjectChange.Removed, change.clientWarnings());
        if (change instanceof ObjectChange.Stored stored) {
            if (object == null
                    && !Json.at(stored.object(), "spec", "schedulingGates").isEmpty()) {
                setScheduled(stored.object(), "False", "SchedulingGated", GATED, now);
            }
            PodEvent event = new PodEvent.Stored(SameOwners.shorten(stored.object(), current));
            String node = Json.text(stored.object(), "spec", "nodeName");
            if (object == null && !node.isEmpty()) {
                String newUid = Json.text(stored.object(), "metadata", "uid");
                return new Decision<>(
                        List.of(event, new PodEvent.NodeAssigned(newUid, node, lastAttempt + 1)), "written", done);
            }
            return Decision.of(event, "written", done);
        }
        if (change instanceof ObjectChange.Removed removed) {
            PodEvent end = new PodEvent.Removed(uid);
            // What an eviction notes on the Pod is seen before the Pod goes.
            return command.write() instanceof ObjectWrite.Evict
                            && !removed.last().equals(current)
                    ? new Decision<>(
                            List.of(new PodEvent.Stored(SameOwners.shorten(removed.last(), current)), end),
                            "Pod evicted",
                            done)
                    : Decision.of(end, "Pod ended", done);
        }
        return Decision.none(done);
    }

    /** The reply says why nothing is done, or is "". */
    public Decision<PodEvent, String> decide(PodCommand.Propose command) {
        String refusal = notSchedulable(command.podUid());
        return refusal.isEmpty()
                ? Decision.of(
                        new PodEvent.BindingProposed(uid, command.node(), lastAttempt + 1),
                        "scheduler proposed " + command.node(),
                        "")
                : Decision.none(refusal);
    }

    public Decision<PodEvent, String> decide(PodCommand.MarkUnschedulable command, Instant now) {
        String refusal = notSchedulable(command.podUid());
        if (!refusal.isEmpty()) {
            return Decision.none(refusal);
        }
        ObjectNode tree = object.tree();
        boolean told = setScheduled(tree, "False", "Unschedulable", command.message(), now);
        if (!nominate(tree, command.nominatedNode()) && !told) {
            return Decision.none("");
        }
        return Decision.of(
                new PodEvent.Unschedulable(uid, command.message(), SameOwners.shorten(tree, object.tree())),
                command.message(),
                "");
    }

    public Decision<PodEvent, String> decide(PodCommand.NodeAnswered command, Instant now) {
        NodeClaim claim = claims.get(command.podUid());
        if (claim != null
                && claim.attempt() == command.attempt()
                && claim.stage() == NodeClaim.Stage.ASSIGNED
                && command.refusal().isEmpty()) {
            return Decision.of(
                    new PodEvent.AssignmentKept(command.podUid(), command.node(), command.attempt()),
                    "node " + command.node() + " counts it",
                    "");
        }
        if (claim == null || claim.attempt() != command.attempt() || claim.stage() != NodeClaim.Stage.PROPOSED) {
            return Decision.none("the answer is late");
        }
        if (!command.refusal().isEmpty()) {
            return Decision.of(
                    new PodEvent.BindingRefused(command.podUid(), command.node(), command.attempt(), command.refusal()),
                    command.refusal(),
                    "");
        }
        ObjectNode tree = object.tree();
        Json.child(tree, "spec").put("nodeName", command.node());
        setScheduled(tree, "True", "", "", now);
        nominate(tree, "");
        return Decision.of(
                new PodEvent.Bound(uid, command.node(), command.attempt(), SameOwners.shorten(tree, object.tree())),
                "node " + command.node() + " accepted",
                "");
    }

    public Decision<PodEvent, String> decide(PodCommand.NodeReleased command) {
        NodeClaim claim = claims.get(command.podUid());
        return claim != null && claim.attempt() == command.attempt() && claim.stage() == NodeClaim.Stage.RELEASING
                ? Decision.of(
                        new PodEvent.Released(command.podUid(), command.node(), command.attempt()), "released", "")
                : Decision.none("");
    }

    /** The reply says why nothing is done, or is "". */
    public Decision<PodEvent, String> decide(PodCommand.HandOver command, Instant now) {
        if (now.toEpochMilli() > command.meta().deadlineMillis()) {
            return Decision.none("the command came after its deadline");
        }
        if (object == null || !uid.equals(command.podUid())) {
            return Decision.none("the Pod is gone");
        }
        NodeClaim claim = claims.get(uid);
        if (claim != null && claim.stage() != NodeClaim.Stage.BOUND) {
            return Decision.none("the Pod settles something with a node");
        }
        ObjectNode tree = object.tree();
        if (!Json.text(tree, "spec", "nodeName").equals(command.node())) {
            return Decision.none("the Pod does not run there");
        }
        if (over(tree) || Json.at(tree, "metadata").has("deletionTimestamp")) {
            return Decision.none("the Pod has ended or is terminating");
        }
        if (!Ownership.free(ControllerRef.of(tree), command.daemonSetUid())) {
            return Decision.none("the Pod has another controller");
        }
        // The node's reservation goes on to be the one of this claim.
        return Decision.of(
                new PodEvent.HandingOver(uid, command.node(), claim == null ? lastAttempt + 1 : claim.attempt()),
                "a DaemonSet wants to own the Pod",
                "");
    }

    public Decision<PodEvent, String> decide(PodCommand.HandOverAgain command) {
        return handingOver() && uid.equals(command.podUid())
                ? Decision.of(
                        new PodEvent.HandingOver(
                                uid, claims.get(uid).node(), claims.get(uid).attempt()),
                        "the node has not answered",
                        "")
                : Decision.none("the Pod is not handed over");
    }

    public Decision<PodEvent, String> decide(PodCommand.NodeTookOver command) {
        NodeClaim claim = claims.get(command.podUid());
        return claim != null && claim.attempt() == command.attempt() && claim.stage() == NodeClaim.Stage.HANDING_OVER
                ? Decision.of(
                        new PodEvent.HandedOver(command.podUid(), command.node(), command.attempt()),
                        "node " + command.node() + " took it over",
                        "")
                : Decision.none("the answer is late");
    }

    /** The Pod is on its way into its node's keeping, or there already: who writes is to ask again. */
    private boolean handingOver() {
        NodeClaim claim = claims.get(uid);
        return claim != null && claim.stage() == NodeClaim.Stage.HANDING_OVER;
    }

    private String notSchedulable(String podUid) {
        if (object == null || !uid.equals(podUid)) {
            return "the Pod is gone";
        }
        if (claims.containsKey(podUid)) {
            return "the Pod has a node or asks one";
        }
        ObjectNode tree = object.tree();
        if (!Json.text(tree, "spec", "nodeName").isEmpty()) {
            return "the Pod has a node";
        }
        if (over(tree)) {
            return "the Pod has ended";
        }
        return Json.at(tree, "metadata").has("deletionTimestamp") ? "the Pod is being deleted" : "";
    }

    /** Whether it said otherwise before. */
    private static boolean nominate(ObjectNode pod, String node) {
        ObjectNode status = Json.child(pod, "status");
        String wanted = node == null ? "" : node;
        if (Json.text(status, "nominatedNodeName").equals(wanted)) {
            return false;
        }
        if (wanted.isEmpty()) {
            status.remove("nominatedNodeName");
        } else {
            status.put("nominatedNodeName", wanted);
        }
        return true;
    }

    private static boolean over(ObjectNode pod) {
        String phase = Json.text(pod, "status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** False when the Pod says the same already. */
    private static boolean setScheduled(ObjectNode pod, String status, String reason, String message, Instant now) {
        return PodConditions.set(pod, "PodScheduled", status, reason, message, now);
    }

    public PodState evolve(EventMeta meta, PodEvent event, long sequence) {
        if (event instanceof PodEvent.Stored stored) {
            JsonBytes whole = SameOwners.restore(stored.object(), object);
            ObjectNode tree = whole.tree();
            String newUid = Json.text(tree, "metadata", "uid");
            NodeClaim claim = claims.get(newUid);
            return new PodState(
                    whole,
                    newUid,
                    sequence,
                    over(tree) && claim != null ? claims.plus(newUid, claim.releasing()) : claims,
                    lastAttempt);
        }
        if (event instanceof PodEvent.BindingProposed proposed) {
            NodeClaim claim =
                    new NodeClaim(proposed.podUid(), proposed.node(), proposed.attempt(), NodeClaim.Stage.PROPOSED);
            return new PodState(object, uid, sequenceNumber, claims.plus(proposed.podUid(), claim), proposed.attempt());
        }
        if (event instanceof PodEvent.NodeAssigned assigned) {
            NodeClaim claim =
                    new NodeClaim(assigned.podUid(), assigned.node(), assigned.attempt(), NodeClaim.Stage.ASSIGNED);
            return new PodState(object, uid, sequenceNumber, claims.plus(assigned.podUid(), claim), assigned.attempt());
        }
        if (event instanceof PodEvent.AssignmentKept kept) {
            return withClaims(claims.plus(
                    kept.podUid(), new NodeClaim(kept.podUid(), kept.node(), kept.attempt(), NodeClaim.Stage.BOUND)));
        }
        if (event instanceof PodEvent.Bound bound) {
            NodeClaim claim = new NodeClaim(bound.podUid(), bound.node(), bound.attempt(), NodeClaim.Stage.BOUND);
            JsonBytes whole = SameOwners.restore(bound.object(), object);
            return new PodState(whole, uid, sequence, claims.plus(bound.podUid(), claim), lastAttempt);
        }
        if (event instanceof PodEvent.Unschedulable unschedulable) {
            JsonBytes whole = SameOwners.restore(unschedulable.object(), object);
            return new PodState(whole, uid, sequence, claims, lastAttempt);
        }
        if (event instanceof PodEvent.BindingRefused refused) {
            return withClaims(
                    claims.plus(refused.podUid(), claims.get(refused.podUid()).releasing()));
        }
        if (event instanceof PodEvent.Released released) {
            return withClaims(claims.minus(released.podUid()));
        }
        if (event instanceof PodEvent.HandingOver handing) {
            NodeClaim claim = new NodeClaim(
                    handing.podUid(), handing.node(), handing.attempt(), NodeClaim.Stage.HANDING_OVER, meta.atMillis());
            return new PodState(
                    object,
                    uid,
                    sequenceNumber,
                    claims.plus(handing.podUid(), claim),
                    Math.max(lastAttempt, handing.attempt()));
        }
        if (event instanceof PodEvent.HandedOver handed) {
            // The node is told to forget that it took the Pod once no question can be on its way any more.
            NodeClaim claim = claims.get(handed.podUid()).releasing();
            return new PodState(null, "", 0, claims.plus(handed.podUid(), claim), lastAttempt);
        }
        PodEvent.Removed removed = (PodEvent.Removed) event;
        NodeClaim claim = claims.get(removed.podUid());
        return new PodState(
                null, "", 0, claim == null ? claims : claims.plus(removed.podUid(), claim.releasing()), lastAttempt);
    }

    private PodState withClaims(PMap<String, NodeClaim> newClaims) {
        return new PodState(object, uid, sequenceNumber, newClaims, lastAttempt);
    }

    /** What the actor must still do, again and again until it is answered: ask or release these nodes. */
    public List<NodeClaim> unsettled() {
        return claims.values().stream()
                .filter(claim -> claim.stage() != NodeClaim.Stage.BOUND)
                .toList();
    }
}
