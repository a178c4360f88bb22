package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.patch.PatchType;

/**
 * What a patch demands of the object it changes. A patch that sets {@code metadata.resourceVersion} is meant for that
 * version only. Entities do not know versions, so the field is taken out of the patch and becomes a precondition.
 *
 * @param patch what is left to apply
 * @param resourceVersion a missing node when there is no such demand
 */
record PatchConditions(JsonNode patch, JsonNode resourceVersion) {

    private static final String VERSION_POINTER = "/metadata/resourceVersion";

    static PatchConditions takeFrom(PatchType type, JsonNode patch) {
        if (type == PatchType.JSON && patch instanceof ArrayNode operations) {
            return ofOperations(operations);
        }
        if (type != PatchType.JSON
                && patch instanceof ObjectNode object
                && object.get("metadata") instanceof ObjectNode meta) {
            JsonNode version = meta.path("resourceVersion");
            ObjectNode rest = object.deepCopy();
            ((ObjectNode) rest.get("metadata")).remove("resourceVersion");
            return new PatchConditions(rest, version);
        }
        return new PatchConditions(patch, MissingNode.getInstance());
    }

    private static PatchConditions ofOperations(ArrayNode operations) {
        ArrayNode rest = Json.mapper().createArrayNode();
        JsonNode version = MissingNode.getInstance();
        for (JsonNode operation : operations) {
            boolean sets = switch (operation.path("op").asText("")) {
                case "add", "replace", "test" -> operation.has("value");
                default -> false;
            };
            String pointer = operation.path("path").asText("");
            if (pointer.equals(VERSION_POINTER)
                    && operation.path("op").asText("").equals("remove")) {
                continue;
            }
            if (sets && pointer.equals(VERSION_POINTER)) {
                version = operation.get("value");
                continue;
            }
            rest.add(operation);
        }
        return new PatchConditions(rest, version);
    }
}
