package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the body of a server-side apply, YAML or JSON (apiserver/pkg/endpoints/handlers/patch.go, applyPatcher). Pure.
 */
public final class ApplyBody {

    private ApplyBody() {}

    /**
     * @return the configuration as it was sent; fields that stand there twice are warned of under WARN. Refused with
     *     400 for broken syntax, and for such fields under STRICT
     */
    public static Outcome<ObjectNode> read(byte[] body, FieldValidation validation) {
        Parsed parsed;
        try {
            parsed = startsAsJson(body) ? json(body) : YamlBody.read(body);
        } catch (MalformedBodyException e) {
            return Outcome.refused(ApiStatus.badRequest("error decoding YAML: " + e.getMessage()));
        }
        if (parsed.root().isNull()) {
            return Outcome.refused(ApiStatus.badRequest("invalid object type: /, Kind="));
        }
        if (!(parsed.root() instanceof ObjectNode config)) {
            return Outcome.refused(
                    ApiStatus.badRequest("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: "
                            + "cannot unmarshal " + (parsed.root().isArray() ? "array" : "value")
                            + " into Go value of type map[string]interface {}"));
        }
        Set<String> twice = new TreeSet<>();
        parsed.duplicates().values().forEach(twice::addAll);
        List<String> problems = twice.stream()
                .map(key -> "key \"" + key + "\" already set in map")
                .toList();
        if (validation == FieldValidation.STRICT && !problems.isEmpty()) {
            return Outcome.refused(ApiStatus.badRequest("error strict decoding YAML: error converting YAML to JSON: "
                    + "yaml: unmarshal errors: " + String.join(", ", problems)));
        }
        return Outcome.done(config, validation == FieldValidation.WARN ? problems : List.of());
    }

    /** JSON may hold what YAML may not, such as tabs between its tokens. */
    private static Parsed json(byte[] body) throws MalformedBodyException {
        try {
            return JsonBody.read(body);
        } catch (MalformedBodyException e) {
            return YamlBody.read(body);
        }
    }

    private static boolean startsAsJson(byte[] body) {
        for (byte character : body) {
            if (character != ' ' && character != '\t' && character != '\n' && character != '\r') {
                return character == '{';
            }
        }
        return false;
    }
}
