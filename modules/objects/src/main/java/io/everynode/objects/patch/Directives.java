package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.Map;

/** The "$" members of strategic merge patches: their names, and how to take them out of a patch's content. */
final class Directives {

    static final String PATCH = "$patch";
    static final String DELETE = "delete";
    static final String REPLACE = "replace";
    static final String MERGE = "merge";
    static final String RETAIN_KEYS = "$retainKeys";
    static final String DELETE_FROM_PRIMITIVE_LIST = "$deleteFromPrimitiveList";
    static final String SET_ELEMENT_ORDER = "$setElementOrder";

    private Directives() {}

    /** The field that a name such as {@code $setElementOrder/containers} is about; refused when there is none. */
    static String fieldOf(String name, String prefix, String refusal) {
        if (!name.startsWith(prefix + "/")) {
            throw PatchRefusal.malformed(refusal);
        }
        return name.substring(prefix.length() + 1);
    }

    static boolean isDirective(String name) {
        return name.equals(PATCH)
                || name.equals(RETAIN_KEYS)
                || name.startsWith(DELETE_FROM_PRIMITIVE_LIST)
                || name.startsWith(SET_ELEMENT_ORDER);
    }

    static PatchRefusal unknown(JsonNode directive) {
        return PatchRefusal.malformed("unknown patch type: " + directive.asText(directive.toString()));
    }

    /**
     * A copy of content that arrives where the object had nothing to merge it with: without null members, without
     * directives, and without elements and members that are only there to carry {@code $patch}.
     */
    static JsonNode content(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return content(object);
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode(array.size());
            for (JsonNode element : array) {
                if (!element.has(PATCH)) {
                    copy.add(content(element));
                }
            }
            return copy;
        }
        return node;
    }

    /** The same for an object that is kept although it has a {@code $patch} member. */
    static ObjectNode content(ObjectNode object) {
        ObjectNode copy = Json.object();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            JsonNode value = member.getValue();
            if (!value.isNull() && !isDirective(member.getKey()) && !value.has(PATCH)) {
                copy.set(member.getKey(), content(value));
            }
        }
        return copy;
    }
}
