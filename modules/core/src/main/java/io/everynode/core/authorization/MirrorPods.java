package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.Optional;

/** Pods that a node makes: they show what it runs from its own files, and name nothing that it could read by that. */
final class MirrorPods {

    private MirrorPods() {}

    /** Why a node may not make the Pod; empty when it may. */
    static Optional<String> wrong(String node, ObjectNode pod, NodeWorld world) {
        String itself = "node " + GoText.quote(node);
        if (!pod.path("metadata").path("annotations").has(PodReferences.MIRROR)) {
            return Optional.of("pod does not have " + GoText.quote(PodReferences.MIRROR) + " annotation, " + itself
                    + " can only create mirror pods");
        }
        if (!Json.text(pod, "spec", "nodeName").equals(node)) {
            return Optional.of(itself + " can only create pods with spec.nodeName set to itself");
        }
        Optional<String> owner = owner(itself, node, pod.path("metadata").path("ownerReferences"), world);
        return owner.isPresent() ? owner : named(itself, pod);
    }

    private static Optional<String> owner(String itself, String node, JsonNode owners, NodeWorld world) {
        if (owners.size() > 1) {
            return Optional.of(itself + " can only create pods with a single owner reference set to itself");
        }
        JsonNode owner = owners.path(0);
        if (!Json.text(owner, "apiVersion").equals("v1")
                || !Json.text(owner, "kind").equals("Node")
                || !Json.text(owner, "name").equals(node)) {
            return Optional.of(itself + " can only create pods with an owner reference set to itself");
        }
        if (!owner.path("controller").asBoolean(false)) {
            return Optional.of(itself + " can only create pods with a controller owner reference set to itself");
        }
        if (owner.path("blockOwnerDeletion").asBoolean(false)) {
            return Optional.of(itself + " must not set blockOwnerDeletion on an owner reference");
        }
        String uid = Json.text(owner, "uid");
        String own = world.object(Kinds.NODE, "", node)
                .map(object -> Json.text(object, "metadata", "uid"))
                .orElse("");
        return uid.equals(own) && !uid.isEmpty()
                ? Optional.empty()
                : Optional.of("node " + node + " UID mismatch: expected " + uid + " got " + own);
    }

    private static Optional<String> named(String itself, ObjectNode pod) {
        PodReferences names = PodReferences.ofSpec(Json.text(pod, "metadata", "name"), pod.path("spec"));
        String what = !names.account().isEmpty()
                ? "a service account"
                : !names.secrets().isEmpty()
                        ? "secrets"
                        : !names.configMaps().isEmpty()
                                ? "configmaps"
                                : !names.claims().isEmpty() ? "persistentvolumeclaims" : "";
        if (what.isEmpty()) {
            for (JsonNode volume : pod.path("spec").path("volumes")) {
                for (JsonNode source : volume.path("projected").path("sources")) {
                    what = source.has("clusterTrustBundle") ? "clustertrustbundles" : what;
                    // A token would be that of the namespace's default account.
                    what = source.has("serviceAccountToken") ? "a service account" : what;
                }
            }
        }
        return what.isEmpty() ? Optional.empty() : Optional.of(itself + " can not create pods that reference " + what);
    }
}
