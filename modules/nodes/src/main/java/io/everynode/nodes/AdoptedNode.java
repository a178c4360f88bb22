package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a hollow node from a Node object that a client made with the annotation {@link HollowFleet#ADOPT}. Pure. */
final class AdoptedNode {

    private AdoptedNode() {}

    /** Its behaviour comes from its annotations, named as on Pods; {@code network-unavailable} is "true" or "false". */
    static HollowNodeSpec spec(JsonNode node) {
        Map<String, String> annotations = strings(Json.at(node, "metadata", "annotations"));
        Map<String, String> capacity = new HashMap<>(HollowNodeSpec.DEFAULT_CAPACITY);
        capacity.putAll(strings(Json.at(node, "status", "capacity")));
        String network = annotations.get(HollowBehaviour.ANNOTATION_PREFIX + "network-unavailable");
        return new HollowNodeSpec(
                Json.text(node, "metadata", "name"),
                Map.of(),
                List.of(),
                capacity,
                "true".equals(network),
                HollowBehaviour.DEFAULT.with(annotations));
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new HashMap<>();
        object.properties().forEach(e -> strings.put(e.getKey(), e.getValue().asText()));
        return strings;
    }
}
