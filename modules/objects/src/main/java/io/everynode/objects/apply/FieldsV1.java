package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.Map;

/** The JSON of a set of fields in a managedFields entry (structured-merge-diff, fieldpath/serialize.go). */
final class FieldsV1 {

    /** Stands for the element that the object belongs to. */
    private static final String ITSELF = ".";

    private FieldsV1() {}

    static ObjectNode write(FieldSet set) {
        ObjectNode json = Json.object();
        set.forEach((element, member, below) -> {
            ObjectNode value = Json.object();
            if (below != null) {
                if (member) {
                    value.putObject(ITSELF);
                }
                value.setAll(write(below));
            }
            json.set(element.serialized(), value);
        });
        return json;
    }

    /** @throws IllegalArgumentException when the JSON is none of that form */
    static FieldSet read(JsonNode json) {
        FieldSet set = new FieldSet();
        read(json, new java.util.ArrayList<>(), set);
        return set;
    }

    private static void read(JsonNode json, java.util.List<PathElement> path, FieldSet set) {
        if (!(json instanceof ObjectNode object)) {
            throw new IllegalArgumentException("fields are objects");
        }
        if (object.isEmpty()) {
            set.insert(path);
            return;
        }
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getKey().equals(ITSELF)) {
                set.insert(path);
                continue;
            }
            path.add(PathElement.parse(entry.getKey()));
            read(entry.getValue(), path, set);
            path.remove(path.size() - 1);
        }
    }
}
