package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The ConfigMaps and Secrets that were fetched for a Pod. Immutable. Its text names no secret.
 *
 * @param found what is there; those that were looked for and are not in it do not exist
 */
public record PodObjects(Map<ObjectRef, JsonNode> found) {

    public PodObjects {
        found = Map.copyOf(found);
    }

    /** Its data by key, or empty when there is no such object. */
    public Optional<Map<String, byte[]>> data(ObjectRef ref) {
        JsonNode object = found.get(ref);
        if (object == null) {
            return Optional.empty();
        }
        Map<String, byte[]> data = new TreeMap<>();
        boolean secret = ref.plural().equals("secrets");
        object.path("data").properties().forEach(entry -> {
            String text = entry.getValue().asText();
            data.put(entry.getKey(), secret ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8));
        });
        object.path("binaryData")
                .properties()
                .forEach(entry -> data.put(
                        entry.getKey(),
                        Base64.getDecoder().decode(entry.getValue().asText())));
        return Optional.of(data);
    }

    /** As a kubelet says that something is missing. */
    static ConfigProblem missing(ObjectRef ref) {
        return new ConfigProblem(singular(ref) + " \"" + ref.name() + "\" not found");
    }

    static ConfigProblem missingKey(PodView pod, ObjectRef ref, String key) {
        String kind = ref.plural().equals("secrets") ? "Secret" : "ConfigMap";
        return new ConfigProblem("couldn't find key " + key + " in " + kind + " " + pod.namespace() + "/" + ref.name());
    }

    private static String singular(ObjectRef ref) {
        return ref.plural().equals("secrets") ? "secret" : "configmap";
    }

    @Override
    public String toString() {
        return "PodObjects" + found.keySet();
    }

    static boolean optional(JsonNode source) {
        return source.path("optional").asBoolean(false);
    }

    static String name(JsonNode source) {
        return Json.text(source, "name");
    }
}
