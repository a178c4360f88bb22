package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ScalarForms;
import io.everynode.objects.schema.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks an applied configuration against the schema: fields that it does not know, values of a wrong type, elements
 * without their keys or twice in a list (structured-merge-diff, typed/validate.go). What upstream answers with 500 is
 * refused with 400 here, in its words.
 */
final class AppliedConfig {

    /** More problems are not told. */
    private static final int MOST_ERRORS = 100;

    private final List<String> errors = new ArrayList<>();

    private AppliedConfig() {}

    /** @return the configuration with quantities and times in canonical form; nulls stay */
    static Outcome<ObjectNode> check(Kind kind, ObjectNode config) {
        String given = groupVersionKind(Json.text(config, "apiVersion"), Json.text(config, "kind"));
        String wanted = groupVersionKind(kind.apiVersion(), kind.kind());
        if (!given.equals(wanted)) {
            return Outcome.refused(ApiStatus.badRequest("invalid object type: " + given));
        }
        JsonNode managed = ManagedFields.in(config);
        if (!managed.isMissingNode() && !managed.isNull()) {
            return Outcome.refused(ApiStatus.badRequest("metadata.managedFields must be nil"));
        }
        AppliedConfig check = new AppliedConfig();
        JsonNode checked = check.value(ValueForm.of(kind), config, "");
        if (check.errors.isEmpty()) {
            return Outcome.done((ObjectNode) checked);
        }
        String problem =
                check.errors.size() == 1 ? check.errors.get(0) : "errors:\n  " + String.join("\n  ", check.errors);
        return Outcome.refused(ApiStatus.badRequest("failed to create typed patch object ("
                + Json.text(config, "metadata", "namespace") + "/" + Json.text(config, "metadata", "name") + "; "
                + wanted + "): " + problem));
    }

    private static String groupVersionKind(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        return (slash < 0 ? "/" + apiVersion : apiVersion) + ", Kind=" + kind;
    }

    private void error(String path, String problem) {
        if (errors.size() < MOST_ERRORS) {
            errors.add(path.isEmpty() ? problem : path + ": " + problem);
        }
    }

    private JsonNode value(ValueForm form, JsonNode value, String path) {
        if (value.isNull() || form.isFree()) {
            return value;
        }
        ValueType.Scalar scalar = form.scalar();
        if (scalar != null) {
            String problem = ScalarForms.problem(scalar, value);
            if (!problem.isEmpty()) {
                error(path, problem);
                return value;
            }
            return ScalarForms.canonical(scalar, value);
        }
        if (form.isList()) {
            if (!(value instanceof ArrayNode list)) {
                error(path, "expected list, got " + value);
                return value;
            }
            return list(form, list, path);
        }
        if (!(value instanceof ObjectNode object)) {
            error(path, "expected map, got " + value);
            return value;
        }
        ObjectNode checked = Json.object();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String at = path + "." + entry.getKey();
            ValueForm member = form.member(entry.getKey());
            if (member == null) {
                error(at, "field not declared in schema");
            } else {
                checked.set(entry.getKey(), value(member, entry.getValue(), at));
            }
        }
        return checked;
    }

    private ArrayNode list(ValueForm form, ArrayNode list, String path) {
        ArrayNode checked = list.arrayNode(list.size());
        Set<PathElement> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode element = list.get(i);
            String at = path + "[" + i + "]";
            if (!form.atomic()) {
                try {
                    PathElement name = ListElements.name(form, element);
                    at = path + name;
                    if (!seen.add(name)) {
                        error(path, "duplicate entries for key " + name);
                    }
                } catch (IllegalArgumentException e) {
                    error(path, "element " + i + ": " + e.getMessage());
                    continue;
                }
            }
            checked.add(value(form.element(), element, at));
        }
        return checked;
    }
}
