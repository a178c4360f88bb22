package io.everynode.core.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * The one ownerReference of an object whose {@code controller} is true
 * (apimachinery/pkg/apis/meta/v1/controller_ref.go). Pure.
 *
 * @param kind such as DaemonSet
 * @param uid of the controller
 */
public record ControllerRef(String kind, String uid) {

    private static final String FIELD = "ownerReferences";

    /** What an object without a controller has. */
    public static final ControllerRef NONE = new ControllerRef("", "");

    public static ControllerRef of(JsonNode object) {
        for (JsonNode owner : Json.at(object, "metadata", FIELD)) {
            if (owner.path("controller").asBoolean(false)) {
                return new ControllerRef(Json.text(owner, "kind"), Json.text(owner, "uid"));
            }
        }
        return NONE;
    }

    /** Makes the DaemonSet the object's controller; other owners stay. */
    public static void setDaemonSet(ObjectNode object, String daemonSet, String uid) {
        remove(object, uid);
        ObjectNode metadata = Json.child(object, "metadata");
        ArrayNode owners = metadata.get(FIELD) instanceof ArrayNode present ? present : metadata.putArray(FIELD);
        owners.addObject()
                .put("apiVersion", "apps/v1")
                .put("kind", "DaemonSet")
                .put("name", daemonSet)
                .put("uid", uid)
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }

    /** Takes away what refers to this UID; other owners stay. */
    public static void remove(ObjectNode object, String uid) {
        ObjectNode metadata = Json.child(object, "metadata");
        if (metadata.get(FIELD) instanceof ArrayNode owners) {
            ArrayNode others = Json.object().arrayNode();
            for (JsonNode owner : owners) {
                if (!Json.text(owner, "uid").equals(uid)) {
                    others.add(owner);
                }
            }
            if (others.isEmpty()) {
                metadata.remove(FIELD);
            } else {
                metadata.set(FIELD, others);
            }
        }
    }
}
