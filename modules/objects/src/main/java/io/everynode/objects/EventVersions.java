package io.everynode.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Events have two forms of the same content, core/v1 and events.k8s.io/v1 (pkg/apis/events/v1/conversion.go): some
 * fields have other names. Pure; trees that come in are not changed.
 */
public final class EventVersions {

    /** By the name in core/v1, that in events.k8s.io/v1. */
    private static final Map<String, String> NAMES = Map.of(
            "involvedObject", "regarding",
            "message", "note",
            "reportingComponent", "reportingController",
            "source", "deprecatedSource",
            "firstTimestamp", "deprecatedFirstTimestamp",
            "lastTimestamp", "deprecatedLastTimestamp",
            "count", "deprecatedCount");

    private static final Map<String, String> BACK = reverse();

    private EventVersions() {}

    private static Map<String, String> reverse() {
        Map<String, String> back = new TreeMap<>();
        NAMES.forEach((core, own) -> back.put(own, core));
        return Map.copyOf(back);
    }

    /** @param event in core/v1 */
    public static ObjectNode toOwnGroup(JsonNode event) {
        return renamed(event, NAMES, Kinds.EVENT_OF_OWN_GROUP);
    }

    /** @param event in events.k8s.io/v1 */
    public static ObjectNode toCore(JsonNode event) {
        return renamed(event, BACK, Kinds.EVENT);
    }

    private static ObjectNode renamed(JsonNode event, Map<String, String> names, Kind kind) {
        ObjectNode other = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            if (!List.of("apiVersion", "kind").contains(field.getKey())) {
                other.set(
                        names.getOrDefault(field.getKey(), field.getKey()),
                        field.getValue().deepCopy());
            }
        }
        return other;
    }
}
