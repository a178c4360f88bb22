package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;

/**
 * For whom a Pod's node needs tokens of its account: what the Pod's projected volumes name, and what the drivers of its
 * volumes ask for (ServiceAccountNodeAudienceRestriction, on by default since Kubernetes 1.33). "" stands for the API
 * itself, and has to be named as well.
 */
final class NodeAudiences {

    private NodeAudiences() {}

    static boolean names(ObjectNode pod, String audience, NodeWorld world) {
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            if (projects(volume, audience) || drivers(pod, volume, audience, world)) {
                return true;
            }
        }
        return false;
    }

    private static boolean projects(JsonNode volume, String audience) {
        for (JsonNode source : volume.path("projected").path("sources")) {
            JsonNode token = source.path("serviceAccountToken");
            if (token.isObject() && Json.text(token, "audience").equals(audience)) {
                return true;
            }
        }
        return false;
    }

    private static boolean drivers(ObjectNode pod, JsonNode volume, String audience, NodeWorld world) {
        String namespace = Json.text(pod, "metadata", "namespace");
        String driver = Json.text(volume, "csi", "driver");
        if (driver.isEmpty()) {
            String claim = volume.path("ephemeral").isObject()
                    ? Json.text(pod, "metadata", "name") + "-" + Json.text(volume, "name")
                    : Json.text(volume, "persistentVolumeClaim", "claimName");
            driver = claim.isEmpty() ? "" : ofClaim(namespace, claim, world);
        }
        if (driver.isEmpty()) {
            return false;
        }
        JsonNode asked = world.object(Kinds.CSI_DRIVER, "", driver)
                .map(found -> found.path("spec").path("tokenRequests"))
                .orElse(null);
        if (asked != null) {
            for (JsonNode request : asked) {
                if (Json.text(request, "audience").equals(audience)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The driver of the volume that a claim has, or "". */
    private static String ofClaim(String namespace, String claim, NodeWorld world) {
        return world.object(Kinds.PERSISTENT_VOLUME_CLAIM, namespace, claim)
                .map(found -> Json.text(found, "spec", "volumeName"))
                .filter(name -> !name.isEmpty())
                .flatMap(name -> world.object(Kinds.PERSISTENT_VOLUME, "", name))
                .map(found -> Json.text(found, "spec", "csi", "driver"))
                .orElse("");
    }
}
