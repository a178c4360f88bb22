package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What a patch makes of an object, checked against the schema. What a submitted object is refused for with 400 is here
 * a patch that is not valid, 422 (apiserver/pkg/endpoints/handlers/patch.go). Pure.
 */
public final class PatchedObject {

    private PatchedObject() {}

    /**
     * @param patch the parsed body
     * @param patched the object with the patch applied; it is not changed
     */
    public static Outcome<ObjectNode> check(
            Kind kind, PatchType type, JsonNode patch, ObjectNode patched, FieldValidation validation) {
        Outcome<ObjectNode> checked = ObjectDecoder.check(kind, patched, validation);
        if (!(checked instanceof Outcome.Refused<ObjectNode> refused)) {
            return checked;
        }
        String problem = problem(kind, refused.status());
        if (problem.isEmpty()) {
            return checked;
        }
        return Outcome.refused(
                ApiStatus.invalidPatch(Cause.invalid("patch", shown(kind, type, patch, patched), problem)));
    }

    /** Who may patch a Secret need not be allowed to read it, and answers end in logs, so one is not shown. */
    private static String shown(Kind kind, PatchType type, JsonNode patch, ObjectNode patched) {
        if (kind.equals(Kinds.SECRET)) {
            return "(not shown)";
        }
        return type == PatchType.STRATEGIC ? goValue(patch) : new String(Json.encode(patched), StandardCharsets.UTF_8);
    }

    /** What is wrong with a field, or "" when it is the apiVersion or the kind that does not fit. */
    private static String problem(Kind kind, ApiStatus status) {
        String mark = " cannot be handled as a " + kind.kind() + ": ";
        int at = status.message().indexOf(mark);
        if (at < 0 || !status.message().startsWith(kind.kind() + " in version ")) {
            return "";
        }
        String problem = status.message().substring(at + mark.length());
        return problem.startsWith("no kind ") || problem.startsWith("converting a ") ? "" : problem;
    }

    /** As Go prints a decoded JSON value. */
    private static String goValue(JsonNode value) {
        if (value.isObject()) {
            TreeMap<String, String> fields = new TreeMap<>();
            value.properties().forEach(field -> fields.put(field.getKey(), goValue(field.getValue())));
            List<String> texts = new ArrayList<>();
            fields.forEach((name, text) -> texts.add(name + ":" + text));
            return "map[" + String.join(" ", texts) + "]";
        }
        if (value.isArray()) {
            List<String> texts = new ArrayList<>();
            value.forEach(element -> texts.add(goValue(element)));
            return "[" + String.join(" ", texts) + "]";
        }
        return value.isNull() ? "<nil>" : value.asText();
    }
}
