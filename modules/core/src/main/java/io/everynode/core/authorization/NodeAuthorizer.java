package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a node may do (plugin/pkg/auth/authorizer/node/node_authorizer.go): read what its own Pods name, and touch its
 * own Node, Lease, CSINode and Pods; everything else as {@link NodeRules}. What a write may contain
 * {@link NodeRestriction} says. Other users are not its business.
 */
final class NodeAuthorizer {

    static final String LEASES = "kube-node-lease";

    private static final Set<String> READS = Set.of("get", "list", "watch");
    private static final Set<String> UPDATES = Set.of("update", "patch");
    private static final Set<String> OF_ONE = Set.of("get", "create", "update", "patch", "delete");

    private NodeAuthorizer() {}

    static Verdict decide(AccessRequest request, NodeWorld world) {
        if (!request.user().isNode()) {
            return Verdict.NO;
        }
        String node = request.user().node();
        if (node.isEmpty()) {
            return Verdict.no(
                    "unknown node for user " + GoText.quote(request.user().name()));
        }
        String resource = request.group().isEmpty() ? request.resource() : request.resource() + "." + request.group();
        return switch (resource) {
            case "secrets" -> read(request, node, world, pod -> pod.secrets().contains(request.name()), true);
            case "configmaps" ->
                read(request, node, world, pod -> pod.configMaps().contains(request.name()), false);
            case "persistentvolumeclaims" ->
                request.subresource().equals("status")
                        ? claimStatus(request, node, world)
                        : claim(request, node, world);
            case "persistentvolumes" -> volume(request, node, world);
            case "volumeattachments.storage.k8s.io" -> attachment(request, node, world);
            case "serviceaccounts" -> token(request, node, world);
            case "leases.coordination.k8s.io" -> lease(request, node);
            case "csinodes.storage.k8s.io" -> csiNode(request, node);
            case "nodes" -> node(request, node);
            case "pods" -> pod(request, node, world);
            default -> byRules(request);
        };
    }

    private static Verdict byRules(AccessRequest request) {
        boolean allowed = NodeRules.SET.allows(
                request, request.wholeResource(), request.subresource().isEmpty() ? "" : "*/" + request.subresource());
        return allowed ? Verdict.yes("") : Verdict.NO;
    }

    private static Verdict read(
            AccessRequest request, String node, NodeWorld world, Predicate<PodReferences> names, boolean ofVolumes) {
        if (!READS.contains(request.verb())) {
            return Verdict.no("can only read resources of this type");
        }
        if (!request.subresource().isEmpty()) {
            return Verdict.no("cannot read subresource");
        }
        if (request.namespace().isEmpty()) {
            return Verdict.no("can only read namespaced object of this type");
        }
        if (request.name().isEmpty()) {
            return Verdict.no("No Object name found");
        }
        return any(world, node, request.namespace(), names)
                        || ofVolumes && NodeVolumes.name(world, node, request.namespace(), request.name())
                ? Verdict.yes("")
                : unrelated(node);
    }

    private static Verdict unrelated(String node) {
        return Verdict.no("no relationship found between node '" + node + "' and this object");
    }

    static boolean any(NodeWorld world, String node, String namespace, Predicate<PodReferences> wanted) {
        for (PodReferences pod : world.podsOn(node, namespace)) {
            if (wanted.test(pod)) {
                return true;
            }
        }
        return false;
    }

    /** Null when it is a get of one object. */
    private static Verdict notOneRead(AccessRequest request) {
        if (!request.verb().equals("get")) {
            return Verdict.no("can only get individual resources of this type");
        }
        if (!request.subresource().isEmpty()) {
            return Verdict.no("cannot get subresource");
        }
        return request.name().isEmpty() ? Verdict.no("No Object name found") : null;
    }

    private static Verdict related(boolean related, String node) {
        return related ? Verdict.yes("") : unrelated(node);
    }

    private static boolean namesClaim(NodeWorld world, String node, String namespace, String claim) {
        return any(world, node, namespace, pod -> pod.claims().contains(claim));
    }

    private static Verdict claim(AccessRequest request, String node, NodeWorld world) {
        Verdict wrong = notOneRead(request);
        return wrong != null ? wrong : related(namesClaim(world, node, request.namespace(), request.name()), node);
    }

    private static Verdict claimStatus(AccessRequest request, String node, NodeWorld world) {
        return UPDATES.contains(request.verb())
                ? related(namesClaim(world, node, request.namespace(), request.name()), node)
                : Verdict.no("can only get/update/patch this type");
    }

    private static Verdict volume(AccessRequest request, String node, NodeWorld world) {
        Verdict wrong = notOneRead(request);
        if (wrong != null) {
            return wrong;
        }
        JsonNode claim = world.object(Kinds.PERSISTENT_VOLUME, "", request.name())
                .map(volume -> volume.path("spec").path("claimRef"))
                .orElse(null);
        return related(
                claim != null && namesClaim(world, node, Json.text(claim, "namespace"), Json.text(claim, "name")),
                node);
    }

    private static Verdict attachment(AccessRequest request, String node, NodeWorld world) {
        Verdict wrong = notOneRead(request);
        return wrong != null
                ? wrong
                : related(
                        world.object(Kinds.VOLUME_ATTACHMENT, "", request.name())
                                .filter(attachment -> Json.text(attachment, "spec", "nodeName")
                                        .equals(node))
                                .isPresent(),
                        node);
    }

    private static Verdict token(AccessRequest request, String node, NodeWorld world) {
        if (!request.verb().equals("create") || request.name().isEmpty()) {
            return Verdict.no("can only create tokens for individual service accounts");
        }
        if (!request.subresource().equals("token")) {
            return Verdict.no("can only create token subresource of serviceaccount");
        }
        return related(
                any(world, node, request.namespace(), pod -> pod.account().equals(request.name())), node);
    }

    private static Verdict lease(AccessRequest request, String node) {
        if (!OF_ONE.contains(request.verb())) {
            return Verdict.no("can only get, create, update, patch, or delete a node lease");
        }
        if (!request.namespace().equals(LEASES)) {
            return Verdict.no("can only access leases in the " + GoText.quote(LEASES) + " system namespace");
        }
        return request.verb().equals("create") || request.name().equals(node)
                ? Verdict.yes("")
                : Verdict.no("can only access node lease with the same name as the requesting node");
    }

    private static Verdict csiNode(AccessRequest request, String node) {
        if (!OF_ONE.contains(request.verb())) {
            return Verdict.no("can only get, create, update, patch, or delete a CSINode");
        }
        if (!request.subresource().isEmpty()) {
            return Verdict.no("cannot authorize CSINode subresources");
        }
        return request.verb().equals("create") || request.name().equals(node)
                ? Verdict.yes("")
                : Verdict.no("can only access CSINode with the same name as the requesting node");
    }

    private static Verdict node(AccessRequest request, String node) {
        String verb = request.verb();
        if (request.subresource().equals("status")) {
            return UPDATES.contains(verb) ? Verdict.yes("") : Verdict.NO;
        }
        if (!request.subresource().isEmpty()) {
            return Verdict.NO;
        }
        if (verb.equals("create") || UPDATES.contains(verb)) {
            return Verdict.yes("");
        }
        if (!READS.contains(verb)) {
            return Verdict.NO;
        }
        if (request.name().equals(node)) {
            return Verdict.yes("");
        }
        return Verdict.no(
                request.name().isEmpty()
                        ? "node '" + node + "' cannot read all nodes, only its own Node object"
                        : "node '" + node + "' cannot read '" + request.name() + "', only its own Node object");
    }

    private static Verdict pod(AccessRequest request, String node, NodeWorld world) {
        String verb = request.verb();
        switch (request.subresource()) {
            case "" -> {
                if (verb.equals("create") || verb.equals("delete")) {
                    return Verdict.yes("");
                }
                if (!READS.contains(verb)) {
                    return Verdict.NO;
                }
                boolean list = !verb.equals("get");
                if (list && request.onNode().equals(node)) {
                    return Verdict.yes("");
                }
                if (list && request.name().isEmpty()) {
                    return Verdict.no("can only list/watch pods with spec.nodeName field selector");
                }
                return related(
                        any(world, node, request.namespace(), pod -> pod.pod().equals(request.name())), node);
            }
            case "status" -> {
                return UPDATES.contains(verb) ? Verdict.yes("") : Verdict.NO;
            }
            case "eviction" -> {
                return verb.equals("create") ? Verdict.yes("") : Verdict.NO;
            }
            default -> {
                return Verdict.NO;
            }
        }
    }
}
