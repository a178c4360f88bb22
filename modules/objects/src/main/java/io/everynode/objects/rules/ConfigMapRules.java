package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import java.util.List;
import java.util.Map;

/** ConfigMaps (core validation ValidateConfigMap*). */
final class ConfigMapRules implements KindRules {

    /** All values together, in bytes; the same holds for Secrets. */
    static final int SIZE_LIMIT = 1024 * 1024;

    private static final String FROZEN = "field is immutable when `immutable` is set";

    @Override
    public void applyDefaults(ObjectNode configMap) {
        dropEmpty(configMap, List.of("data", "binaryData"));
    }

    static void dropEmpty(ObjectNode object, List<String> maps) {
        for (String map : maps) {
            if (object.path(map).isObject() && object.path(map).isEmpty()) {
                object.remove(map);
            }
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode configMap, Causes causes) {
        ObjectMetaRules.validate(configMap, true, NameRule.SUBDOMAIN, causes);
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : Trees.entries(configMap, "data")) {
            String key = entry.getKey();
            causes.invalid(Trees.key("data", key), key, Formats.configKey(key));
            if (configMap.path("binaryData").has(key)) {
                causes.invalid(Trees.key("data", key), key, "duplicate of key present in binaryData");
            }
            size += Formats.bytes(entry.getValue().asText());
        }
        for (Map.Entry<String, JsonNode> entry : Trees.entries(configMap, "binaryData")) {
            String key = entry.getKey();
            causes.invalid(Trees.key("binaryData", key), key, Formats.configKey(key));
            size += decodedLength(entry.getValue().asText());
        }
        if (size > SIZE_LIMIT) {
            causes.tooLong("", SIZE_LIMIT);
        }
    }

    /** How many bytes a base64 text stands for. */
    static long decodedLength(String base64) {
        long padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4 * 3L - padding;
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode configMap, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(configMap, current, causes);
        frozen(configMap, current, List.of("data", "binaryData"), causes);
        validateCreate(kind, configMap, causes);
    }

    /** What was declared immutable stays so, and its values with it. */
    static void frozen(ObjectNode object, ObjectNode current, List<String> maps, Causes causes) {
        if (!Trees.isTrue(current, "immutable")) {
            return;
        }
        if (!Trees.isTrue(object, "immutable")) {
            causes.forbidden("immutable", FROZEN);
        }
        for (String map : maps) {
            if (!object.path(map).equals(current.path(map))) {
                causes.forbidden(map, FROZEN);
            }
        }
    }
}
