package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code metadata.managedFields} as entries by manager, and back (apimachinery/pkg/util/managedfields/internal
 * managedfields.go).
 */
final class ManagedFields {

    static final String NAME = "managedFields";

    private static final String FIELDS_TYPE = "FieldsV1";

    private static final Comparator<Map.Entry<ManagerKey, ManagedEntry>> ORDER = Comparator.comparing(
                    (Map.Entry<ManagerKey, ManagedEntry> entry) ->
                            !entry.getKey().applies())
            .thenComparing(entry -> entry.getValue().time())
            .thenComparing(entry -> entry.getKey().manager())
            .thenComparing(entry -> entry.getValue().apiVersion())
            .thenComparing(entry -> entry.getKey().subresource());

    private ManagedFields() {}

    /** The object's entries; a missing node when it has none. */
    static JsonNode in(JsonNode object) {
        return object.path("metadata").path(NAME);
    }

    /** Entries of an object of ours. */
    static Map<ManagerKey, ManagedEntry> stored(JsonNode object) {
        Map<ManagerKey, ManagedEntry> managers = read(in(object));
        return managers == null ? new TreeMap<>() : managers;
    }

    /** Null when an entry is not what it should be; no entries for a missing node. */
    static Map<ManagerKey, ManagedEntry> read(JsonNode entries) {
        Map<ManagerKey, ManagedEntry> managers = new TreeMap<>();
        try {
            for (JsonNode entry : entries) {
                String operation = Json.text(entry, "operation");
                String apiVersion = Json.text(entry, "apiVersion");
                boolean applies = operation.equals("Apply");
                if (!applies && !operation.equals("Update")
                        || apiVersion.isEmpty()
                        || !Json.text(entry, "fieldsType").equals(FIELDS_TYPE)) {
                    return null;
                }
                ManagerKey key = new ManagerKey(
                        Json.text(entry, "manager"),
                        applies,
                        applies ? "" : apiVersion,
                        Json.text(entry, "subresource"));
                JsonNode fields = entry.path("fieldsV1");
                FieldSet set = fields.isMissingNode() || fields.isNull() ? new FieldSet() : FieldsV1.read(fields);
                managers.put(key, new ManagedEntry(set, apiVersion, Json.text(entry, "time")));
            }
        } catch (IllegalArgumentException e) {
            return null;
        }
        return managers;
    }

    /** Appliers come first, then by time; null when there is nothing. */
    static ArrayNode write(Map<ManagerKey, ManagedEntry> managers) {
        if (managers.isEmpty()) {
            return null;
        }
        List<Map.Entry<ManagerKey, ManagedEntry>> sorted = new ArrayList<>(managers.entrySet());
        sorted.sort(ORDER);
        ArrayNode entries = Json.object().arrayNode();
        for (Map.Entry<ManagerKey, ManagedEntry> entry : sorted) {
            ObjectNode json = entries.addObject();
            ManagerKey key = entry.getKey();
            ManagedEntry value = entry.getValue();
            json.put("apiVersion", value.apiVersion()).put("fieldsType", FIELDS_TYPE);
            json.set("fieldsV1", FieldsV1.write(value.fields()));
            json.put("manager", key.manager()).put("operation", key.applies() ? "Apply" : "Update");
            if (!key.subresource().isEmpty()) {
                json.put("subresource", key.subresource());
            }
            if (!value.time().isEmpty()) {
                json.put("time", value.time());
            }
        }
        return entries;
    }

    /** Whether the client asks to forget all owners, by one entry without content. */
    static boolean reset(JsonNode entries) {
        return entries.size() == 1
                && entries.get(0).isObject()
                && entries.get(0).isEmpty();
    }

    /** Whether two lists of entries differ in their times at most. */
    static boolean sameButTimes(JsonNode a, JsonNode b) {
        if (a.size() != b.size()) {
            return false;
        }
        Map<ManagerKey, ManagedEntry> left = read(a);
        Map<ManagerKey, ManagedEntry> right = read(b);
        if (left == null || right == null || !left.keySet().equals(right.keySet())) {
            return false;
        }
        for (Map.Entry<ManagerKey, ManagedEntry> entry : left.entrySet()) {
            ManagedEntry other = right.get(entry.getKey());
            if (!entry.getValue().fields().equals(other.fields())
                    || !entry.getValue().apiVersion().equals(other.apiVersion())) {
                return false;
            }
        }
        return true;
    }
}
