package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * How {@code kubectl apply --server-side} follows {@code kubectl apply}: fields that still are as the annotation says
 * were kubectl's, so there is no conflict about them, and the annotation is kept up to date, so that there is a way
 * back (managedfields/internal/lastappliedmanager.go and lastappliedupdater.go).
 */
final class LastApplied {

    /** Only of this manager, which is kubectl's default. */
    static final String MANAGER = "kubectl";

    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    /** All annotations together (apimachinery/pkg/api/validation, TotalAnnotationSizeLimitB). */
    private static final int MAX_ANNOTATIONS = 256 * 1024;

    private LastApplied() {}

    /** The conflicts that the annotation does not explain; all of them without a readable one. */
    static Map<ManagerKey, FieldSet> notTakenOver(
            ValueForm form, Kind kind, ObjectNode live, Map<ManagerKey, FieldSet> conflicts) {
        FieldSet explained = stillAsApplied(form, kind, live);
        Map<ManagerKey, FieldSet> left = new TreeMap<>();
        conflicts.forEach((manager, fields) -> {
            FieldSet rest = fields.difference(explained);
            if (!rest.isEmpty()) {
                left.put(manager, rest);
            }
        });
        return left;
    }

    private static FieldSet stillAsApplied(ValueForm form, Kind kind, ObjectNode live) {
        String text = Json.text(live, "metadata", "annotations", ANNOTATION);
        if (text.isEmpty()) {
            return new FieldSet();
        }
        try {
            if (!(Json.mapper().readTree(text) instanceof ObjectNode config)
                    || !(AppliedConfig.check(kind, config) instanceof Outcome.Done<ObjectNode> checked)) {
                return new FieldSet();
            }
            Comparison comparison = Comparison.of(form, checked.value(), live);
            return OwnedFields.of(form, checked.value())
                    .difference(comparison.modified())
                    .difference(comparison.added())
                    .difference(comparison.removed());
        } catch (IOException e) {
            return new FieldSet();
        }
    }

    /** Sets the annotation of an object that has one to the configuration; one that grows too long becomes empty. */
    static void renew(ObjectNode object, ObjectNode config) {
        if (!(Json.at(object, "metadata", "annotations") instanceof ObjectNode annotations)
                || annotations.path(ANNOTATION).asText("").isEmpty()) {
            return;
        }
        ObjectNode copy = config.deepCopy();
        if (Json.at(copy, "metadata", "annotations") instanceof ObjectNode given) {
            given.remove(ANNOTATION);
        }
        annotations.put(ANNOTATION, sorted(copy) + "\n");
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : annotations.properties()) {
            size += entry.getKey().length() + entry.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > MAX_ANNOTATIONS) {
            annotations.put(ANNOTATION, "");
        }
    }

    /** With the members of objects by name, as Go writes them. */
    private static JsonNode sorted(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode sorted = Json.object();
            members(object).forEach((name, member) -> sorted.set(name, sorted(member)));
            return sorted;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode sorted = array.arrayNode(array.size());
            array.forEach(element -> sorted.add(sorted(element)));
            return sorted;
        }
        return value;
    }

    private static Map<String, JsonNode> members(ObjectNode object) {
        Map<String, JsonNode> members = new TreeMap<>();
        object.properties().forEach(entry -> members.put(entry.getKey(), entry.getValue()));
        return members;
    }
}
