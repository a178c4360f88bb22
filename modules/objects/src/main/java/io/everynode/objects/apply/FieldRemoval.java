package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.Map;

/**
 * Takes fields, entries and elements out of an object (structured-merge-diff, typed/remove.go). What becomes empty
 * stands as null. The input is not changed; the result may share nodes with it.
 */
final class FieldRemoval {

    private FieldRemoval() {}

    static JsonNode remove(ValueForm form, JsonNode value, FieldSet fields) {
        if (value == null || !value.isContainerNode() || value.isEmpty()) {
            return value;
        }
        if (form == null || form.leaf(value)) {
            return value;
        }
        if (value.isArray()) {
            ArrayNode rest = JsonNodeFactory.instance.arrayNode();
            for (JsonNode element : value) {
                PathElement name = ListElements.nameOrNull(form, element);
                if (name == null || !fields.has(name)) {
                    FieldSet below = name == null ? null : fields.below(name);
                    rest.add(below == null ? element : remove(form.element(), element, below));
                }
            }
            return rest.isEmpty() ? JsonNodeFactory.instance.nullNode() : rest;
        }
        ObjectNode rest = Json.object();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            PathElement name = PathElement.field(entry.getKey());
            if (!fields.has(name)) {
                FieldSet below = fields.below(name);
                rest.set(
                        entry.getKey(),
                        below == null
                                ? entry.getValue()
                                : remove(form.member(entry.getKey()), entry.getValue(), below));
            }
        }
        return rest.isEmpty() ? JsonNodeFactory.instance.nullNode() : rest;
    }
}
