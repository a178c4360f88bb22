package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/** As much patching as the golden cases need, so that the rules are replayed without the patch engine. */
final class PlainPatch {

    private PlainPatch() {}

    static ObjectNode apply(String type, ObjectNode object, JsonNode patch) {
        ObjectNode result = object.deepCopy();
        if (type.startsWith("application/json-patch")) {
            for (JsonNode step : patch) {
                if (!step.path("op").asText().equals("add")) {
                    throw new IllegalArgumentException("only add: " + step);
                }
                String path = step.path("path").asText();
                int last = path.lastIndexOf('/');
                ((ObjectNode) result.at(path.substring(0, last))).set(path.substring(last + 1), step.path("value"));
            }
        } else {
            merge(result, patch, type.startsWith("application/strategic"));
        }
        return result;
    }

    private static void merge(ObjectNode target, JsonNode patch, boolean strategic) {
        patch.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(field.getKey());
            } else if (value.isObject()) {
                merge(Json.child(target, field.getKey()), value, strategic);
            } else if (strategic && value.isArray() && value.path(0).has("name")) {
                target.set(field.getKey(), byName(target.path(field.getKey()), value));
            } else {
                target.set(field.getKey(), value.deepCopy());
            }
        });
    }

    private static ArrayNode byName(JsonNode current, JsonNode patch) {
        ArrayNode result = Json.object().arrayNode();
        patch.forEach(item -> {
            if (!item.has("$patch") && find(current, item) == null) {
                result.add(item.deepCopy());
            }
        });
        current.forEach(item -> {
            JsonNode change = find(patch, item);
            if (change == null) {
                result.add(item.deepCopy());
            } else if (!change.has("$patch")) {
                ObjectNode merged = item.deepCopy();
                merge(merged, change, true);
                result.add(merged);
            }
        });
        return result;
    }

    private static JsonNode find(JsonNode list, JsonNode item) {
        for (JsonNode candidate : list) {
            if (candidate.path("name").equals(item.path("name"))) {
                return candidate;
            }
        }
        return null;
    }
}
