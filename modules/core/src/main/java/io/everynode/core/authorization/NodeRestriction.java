package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a node may write (plugin/pkg/admission/noderestriction/admission.go): of Nodes, Leases and CSINodes its own, of
 * Pods those that are bound to it; neither labels by which Pods are steered, nor taints, nor owners of its Node. All
 * refusals are 403, or 404 for what is not there.
 */
public final class NodeRestriction {

    /** The verb that lets a node ask for an audience that none of its Pods names; the audience is the resource. */
    public static final String REQUEST_AUDIENCE = "request-serviceaccounts-token-audience";

    private static final Set<Kind> OF_ITS_NAME = Set.of(Kinds.NODE, Kinds.LEASE, Kinds.CSI_NODE);

    /** A node's request, and how it is refused. */
    private record Request(String node, Kind kind, String name) {

        Optional<ApiStatus> refused(String why) {
            return Optional.of(Forbidden.of(kind.group(), kind.plural(), name, why));
        }

        String itself() {
            return "node " + GoText.quote(node);
        }
    }

    private NodeRestriction() {}

    /** @param object as it is to be made, by create, or by a put or an apply that finds none */
    public static Optional<ApiStatus> create(
            String node, Kind kind, String namespace, ObjectNode object, NodeWorld world) {
        Request request = new Request(node, kind, Json.text(object, "metadata", "name"));
        if (OF_ITS_NAME.contains(kind)) {
            Optional<ApiStatus> foreign = foreign(request, namespace);
            return foreign.isPresent() || !kind.equals(Kinds.NODE) ? foreign : labels(request, null, object);
        }
        return kind.equals(Kinds.POD)
                ? MirrorPods.wrong(node, object, world).flatMap(request::refused)
                : Optional.empty();
    }

    /** Whether an update has to be compared with what was there, by {@link #update}. */
    public static boolean comparesUpdates(Kind kind) {
        return kind.equals(Kinds.NODE) || kind.equals(Kinds.POD) || kind.equals(Kinds.PERSISTENT_VOLUME_CLAIM);
    }

    /**
     * What can be said of an update without knowing what it makes of the object.
     *
     * @param before null when it is not there
     */
    public static Optional<ApiStatus> beforeUpdate(
            String node, Kind kind, String namespace, String name, String subresource, ObjectNode before) {
        Request request = new Request(node, kind, name);
        if (OF_ITS_NAME.contains(kind)) {
            return foreign(request, namespace);
        }
        if (kind.equals(Kinds.POD)) {
            if (subresource.isEmpty()) {
                return request.refused("unexpected operation \"UPDATE\", " + request.itself()
                        + " can only create and delete mirror pods");
            }
            if (before != null && !isOn(before, node)) {
                return request.refused(
                        request.itself() + " can only update pod status for pods with spec.nodeName set to itself");
            }
        }
        return kind.equals(Kinds.PERSISTENT_VOLUME_CLAIM) && !subresource.equals("status")
                ? request.refused("may only update PVC status")
                : Optional.empty();
    }

    /** @param after as the update would leave it */
    public static Optional<ApiStatus> update(String node, Kind kind, String name, ObjectNode before, ObjectNode after) {
        Request request = new Request(node, kind, name);
        if (kind.equals(Kinds.NODE)) {
            if (!list(before, "spec", "taints").equals(list(after, "spec", "taints"))) {
                return request.refused(request.itself() + " is not allowed to modify taints");
            }
            if (!list(before, "metadata", "ownerReferences").equals(list(after, "metadata", "ownerReferences"))) {
                return request.refused(request.itself() + " is not allowed to modify ownerReferences");
            }
            return labels(request, before, after);
        }
        if (kind.equals(Kinds.POD) && !labelsOf(before).equals(labelsOf(after))) {
            return request.refused(request.itself() + " cannot update labels through pod status");
        }
        return kind.equals(Kinds.PERSISTENT_VOLUME_CLAIM) && !bareClaim(before).equals(bareClaim(after))
                ? request.refused(request.itself()
                        + " is not allowed to update fields other than status.capacity and status.conditions")
                : Optional.empty();
    }

    /** @param before null when it is not there */
    public static Optional<ApiStatus> delete(String node, Kind kind, String namespace, String name, ObjectNode before) {
        Request request = new Request(node, kind, name);
        if (OF_ITS_NAME.contains(kind)) {
            return foreign(request, namespace);
        }
        return kind.equals(Kinds.POD) && before != null && !isOn(before, node)
                ? request.refused(request.itself() + " can only delete pods with spec.nodeName set to itself")
                : Optional.empty();
    }

    /** @param before null when it is not there */
    public static Optional<ApiStatus> evict(String node, String name, ObjectNode before) {
        return before != null && !isOn(before, node)
                ? new Request(node, Kinds.POD, name)
                        .refused("node " + node + " can only evict pods with spec.nodeName set to itself")
                : Optional.empty();
    }

    public static Optional<ApiStatus> bind(String node, String name) {
        return new Request(node, Kinds.POD, name)
                .refused("unexpected pod subresource \"binding\", only 'status' and 'eviction' are allowed");
    }

    /**
     * @param spec of the TokenRequest, as the node has sent it
     * @param pod the Pod that it names; null when it is not there
     * @param granted whether the node may ask for an audience that the Pod does not name
     */
    public static Optional<ApiStatus> token(
            String node, String account, JsonNode spec, ObjectNode pod, NodeWorld world, Predicate<String> granted) {
        return boundTo(node, account, spec.path("boundObjectRef"), pod).or(() -> {
            Request request = new Request(node, Kinds.SERVICE_ACCOUNT, account);
            JsonNode audiences = spec.path("audiences");
            if (audiences.size() > 1) {
                return request.refused("node may only request 0 or 1 audiences");
            }
            String audience = audiences.path(0).asText("");
            return NodeAudiences.names(pod, audience, world) || granted.test(audience)
                    ? Optional.empty()
                    : request.refused("audience " + GoText.quote(audience) + " not found in pod spec volume");
        });
    }

    private static Optional<ApiStatus> boundTo(String node, String account, JsonNode boundTo, ObjectNode pod) {
        Request request = new Request(node, Kinds.SERVICE_ACCOUNT, account);
        String name = Json.text(boundTo, "name");
        if (!Json.text(boundTo, "apiVersion").equals("v1")
                || !Json.text(boundTo, "kind").equals("Pod")
                || name.isEmpty()) {
            return request.refused("node requested token not bound to a pod");
        }
        String uid = Json.text(boundTo, "uid");
        if (uid.isEmpty()) {
            return request.refused("node requested token with a pod binding without a uid");
        }
        if (pod == null) {
            return Optional.of(ApiStatus.notFound(Kinds.POD, name));
        }
        if (!uid.equals(Json.text(pod, "metadata", "uid"))) {
            return request.refused("the UID in the bound object reference (" + uid
                    + ") does not match the UID in record. The object might have been deleted and then recreated");
        }
        return isOn(pod, node)
                ? Optional.empty()
                : request.refused("node requested token bound to a pod scheduled on a different node");
    }

    private static Optional<ApiStatus> foreign(Request request, String namespace) {
        boolean own = request.name().equals(request.node());
        if (request.kind().equals(Kinds.NODE)) {
            return own
                    ? Optional.empty()
                    : request.refused(
                            request.itself() + " is not allowed to modify node " + GoText.quote(request.name()));
        }
        if (request.kind().equals(Kinds.LEASE)) {
            if (!namespace.equals(NodeAuthorizer.LEASES)) {
                return request.refused(
                        "can only access leases in the " + GoText.quote(NodeAuthorizer.LEASES) + " system namespace");
            }
            return own
                    ? Optional.empty()
                    : request.refused("can only access node lease with the same name as the requesting node");
        }
        return own
                ? Optional.empty()
                : request.refused("can only access CSINode with the same name as the requesting node");
    }

    private static boolean isOn(ObjectNode pod, String node) {
        return Json.text(pod, "spec", "nodeName").equals(node);
    }

    private static Optional<ApiStatus> labels(Request request, ObjectNode before, ObjectNode after) {
        List<String> forbidden = KubeletLabels.forbiddenChanges(labelsOf(before), labelsOf(after));
        if (forbidden.isEmpty()) {
            return Optional.empty();
        }
        String named = String.join(", ", forbidden);
        return request.refused(
                before == null
                        ? request.itself() + " is not allowed to set the following labels: " + named
                        : "is not allowed to modify labels: " + named);
    }

    private static ObjectNode labelsOf(ObjectNode object) {
        return object != null && object.path("metadata").path("labels") instanceof ObjectNode labels
                ? labels
                : Json.object();
    }

    /** Empty when it is missing: no list and one without anything are the same. */
    private static JsonNode list(ObjectNode object, String... path) {
        JsonNode list = Json.at(object, path);
        return list == null || !list.isArray() ? Json.mapper().createArrayNode() : list;
    }

    private static ObjectNode bareClaim(ObjectNode claim) {
        ObjectNode bare = claim.deepCopy();
        Json.child(bare, "metadata").remove(List.of("resourceVersion", "managedFields"));
        Json.child(bare, "status")
                .remove(List.of("capacity", "conditions", "allocatedResources", "allocatedResourceStatuses"));
        return bare;
    }
}
