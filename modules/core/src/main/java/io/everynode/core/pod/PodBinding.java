package io.everynode.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.SameOwners;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A client binds a Pod to a node, as schedulers other than ours do (pkg/registry/core/pod/storage/storage.go,
 * assignPod). The Pod proposes itself to the node, and the client is answered once the node has; unlike upstream, where
 * only the kubelet looks, a node without room refuses. Pure.
 */
public final class PodBinding {

    private PodBinding() {}

    /** A Done among the replies only says that the node is asked; {@link #outcome} tells what came of it. */
    public static Decision<PodEvent, WriteReply> decide(
            PodState state, String name, ObjectWrite.Bind bind, boolean dryRun) {
        String uid = bind.precondition().uid();
        if (state.object() == null) {
            return Decision.none(new WriteReply.Rejected(ApiStatus.notFound(Kinds.POD, name)));
        }
        if (!uid.isEmpty() && !uid.equals(state.uid())) {
            return refused(
                    name, "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + state.uid());
        }
        if (bind.precondition().sequenceNumber() != 0
                && bind.precondition().sequenceNumber() != state.sequenceNumber()) {
            return Decision.none(new WriteReply.Rejected(ApiStatus.modified(Kinds.POD, name)));
        }
        ObjectNode tree = state.object().tree();
        String why = whyNot(state, name, tree);
        if (!why.isEmpty()) {
            return refused(name, why);
        }
        boolean changed = merge(bind.metadata(), tree, "labels") | merge(bind.metadata(), tree, "annotations");
        if (dryRun) {
            Json.child(tree, "spec").put("nodeName", bind.node());
            return Decision.none(new WriteReply.DryRun(JsonBytes.of(tree), List.of()));
        }
        List<PodEvent> events = new ArrayList<>(2);
        if (changed) {
            events.add(
                    new PodEvent.Stored(SameOwners.shorten(tree, state.object().tree())));
        }
        events.add(new PodEvent.BindingProposed(state.uid(), bind.node(), state.lastAttempt() + 1));
        return new Decision<>(events, "client proposed " + bind.node(), new WriteReply.Done("", 0, false, List.of()));
    }

    private static String whyNot(PodState state, String name, ObjectNode tree) {
        String node = Json.text(tree, "spec", "nodeName");
        if (Json.at(tree, "metadata").has("deletionTimestamp")) {
            return "pod " + name + " is being deleted, cannot be assigned to a host";
        }
        if (!node.isEmpty()) {
            return "pod " + name + " is already assigned to node \"" + node + "\"";
        }
        if (!Json.at(tree, "spec", "schedulingGates").isEmpty()) {
            return "pod " + name + " has non-empty .spec.schedulingGates";
        }
        NodeClaim claim = state.claims().get(state.uid());
        return claim == null ? "" : "pod " + name + " is being assigned to node \"" + claim.node() + "\"";
    }

    private static boolean merge(ObjectNode from, ObjectNode pod, String field) {
        JsonNode given = from.path(field);
        if (given.isEmpty()) {
            return false;
        }
        ObjectNode into = Json.child(Json.child(pod, "metadata"), field);
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            into.set(entry.getKey(), entry.getValue());
        }
        return true;
    }

    /** What came of binding this Pod; null while the node is asked. The entity fills in its own id. */
    public static WriteReply outcome(PodState state, String persistenceId, String name, String podUid) {
        NodeClaim claim = state.claims().get(podUid);
        if (state.object() == null || !state.uid().equals(podUid)) {
            return new WriteReply.Rejected(ApiStatus.notFound(Kinds.POD, name));
        }
        if (claim != null && claim.stage() == NodeClaim.Stage.PROPOSED) {
            return null;
        }
        return claim != null && claim.stage() == NodeClaim.Stage.BOUND
                ? new WriteReply.Done(persistenceId, state.sequenceNumber(), false, List.of())
                : refusal(name, "the node refused");
    }

    /** The answer when the node refused. */
    public static WriteReply refusal(String name, String why) {
        ApiStatus conflict = ApiStatus.conflict(Kinds.POD, name, why);
        return new WriteReply.Rejected(new ApiStatus(
                conflict.code(),
                conflict.reason(),
                "Operation cannot be fulfilled on pods/binding \"" + name + "\": " + why,
                new ApiStatus.Details(name, "", "pods/binding", "", List.of(), 0)));
    }

    private static Decision<PodEvent, WriteReply> refused(String name, String why) {
        return Decision.none(refusal(name, why));
    }
}
