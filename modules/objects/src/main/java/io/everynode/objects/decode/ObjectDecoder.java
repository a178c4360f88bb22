package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Turns request bodies into trees and checks them against the kind's schema. Pure and thread-safe.
 *
 * <p>Trees come out as Kubernetes' typed decoding would leave them, whatever the media type: apiVersion, kind and
 * metadata first, then the rest as submitted; without fields that the schema does not know, nulls, empty lists and
 * maps, and zero values that say nothing; quantities and times in canonical form. Data of unknown form (RAW, FIELDS_V1)
 * is kept as it is.
 */
public final class ObjectDecoder {

    static final String JSON = "application/json";
    static final String YAML = "application/yaml";
    static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    /** How much of a body that nobody can read is shown in the answer, as upstream. */
    private static final int SUMMARY_LENGTH = 30;

    private static final String DELETE_OPTIONS = "DeleteOptions";

    /**
     * What to do about fields that the schema does not know, or that appear twice: the {@code fieldValidation}
     * parameter.
     */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    private ObjectDecoder() {}

    /**
     * Parses a body by its media type (application/json, application/yaml, application/vnd.kubernetes.protobuf;
     * parameters such as charset are ignored, no type means JSON) and checks types. The tree gets apiVersion and kind
     * if the body left them out.
     *
     * @return the tree; Done's warnings hold unknown and duplicate fields under WARN. Refused with 400 (broken syntax,
     *     wrong JSON type, strict decoding errors; upstream's texts), or 415 for another media type
     */
    public static Outcome<ObjectNode> decode(Kind kind, String mediaType, byte[] body, FieldValidation validation) {
        Outcome<Parsed> parsed = parse(Schemas.of(kind), kind.kind(), mediaType, body);
        return parsed.then(tree -> checkKind(kind, tree, body, validation));
    }

    /** As {@link #decode}, for what is posted to an action; the body may be of any version that the action takes. */
    public static Outcome<ObjectNode> decodeAction(
            ActionSubresource action, String mediaType, byte[] body, FieldValidation validation) {
        Kind kind = action.body();
        return parse(Schemas.of(kind), kind.kind(), mediaType, body).then(parsed -> {
            if (parsed.root() instanceof ObjectNode tree
                    && action.otherVersions().contains(Json.text(tree, "apiVersion"))) {
                tree.put("apiVersion", kind.apiVersion());
            }
            return checkKind(kind, parsed, body, validation);
        });
    }

    /**
     * Checks a tree (for example a patched one) against the schema the same way; wrong types are refused. The tree is
     * not changed.
     */
    public static Outcome<ObjectNode> check(Kind kind, ObjectNode tree, FieldValidation validation) {
        return checkKind(kind, Parsed.withoutDuplicates(tree), new byte[0], validation);
    }

    /**
     * Parses the body of a DELETE, meta/v1 DeleteOptions of any API version. Unknown fields are dropped silently, as
     * upstream does; no body means no options.
     */
    public static Outcome<ObjectNode> decodeOptions(String mediaType, byte[] body) {
        ObjectType type = Schemas.deleteOptions();
        if (body.length == 0) {
            return Outcome.done(Json.object().put("apiVersion", "v1").put("kind", DELETE_OPTIONS));
        }
        return parse(type, DELETE_OPTIONS, mediaType, body).then(parsed -> {
            if (!(parsed.root() instanceof ObjectNode tree)) {
                return unrecognized(DELETE_OPTIONS, "the body is not an object", body);
            }
            String kind = Json.text(tree, "kind");
            if (!kind.isEmpty() && !kind.equals(DELETE_OPTIONS)) {
                return Outcome.refused(ApiStatus.badRequest("decoded object cannot be converted to DeleteOptions"));
            }
            String version = Json.text(tree, "apiVersion");
            Header header = new Header(version.isEmpty() ? "v1" : version, DELETE_OPTIONS, DELETE_OPTIONS);
            return checkTypes(type, header, parsed, tree, FieldValidation.IGNORE);
        });
    }

    private static Outcome<Parsed> parse(ObjectType type, String kind, String mediaType, byte[] body) {
        String essence =
                mediaType == null ? "" : mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        try {
            return switch (essence) {
                case "", JSON -> Outcome.done(json(body));
                case YAML -> Outcome.done(yaml(body));
                case PROTOBUF -> Outcome.done(ProtobufBody.read(type, body));
                default ->
                    Outcome.refused(ApiStatus.unsupportedMediaType(
                            "the body of the request was in an unknown format - accepted media types include: "
                                    + String.join(", ", JSON, YAML, PROTOBUF)));
            };
        } catch (MalformedBodyException e) {
            return unrecognized(kind, e.getMessage(), body);
        }
    }

    private static Parsed json(byte[] body) throws MalformedBodyException {
        try {
            return JsonBody.read(body);
        } catch (MalformedBodyException e) {
            throw new MalformedBodyException("couldn't get version/kind; json parse error: " + e.getMessage());
        }
    }

    private static Parsed yaml(byte[] body) throws MalformedBodyException {
        try {
            return YamlBody.read(body);
        } catch (MalformedBodyException e) {
            throw new MalformedBodyException("error converting YAML to JSON: " + e.getMessage());
        }
    }

    private static Outcome<ObjectNode> checkKind(Kind kind, Parsed parsed, byte[] body, FieldValidation validation) {
        if (!(parsed.root() instanceof ObjectNode tree)) {
            return unrecognized(kind.kind(), "couldn't get version/kind; the body is not an object", body);
        }
        for (String name : List.of("apiVersion", "kind")) {
            JsonNode value = tree.path(name);
            if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
                return unrecognized(
                        kind.kind(),
                        "couldn't get version/kind; json parse error: " + name + " must be a string",
                        body);
            }
        }
        String givenVersion = Json.text(tree, "apiVersion");
        String apiVersion =
                givenVersion.isEmpty() || tree.path("apiVersion").isNull() ? kind.apiVersion() : givenVersion;
        String givenKind = tree.path("kind").isNull() ? "" : Json.text(tree, "kind");
        Header header = new Header(apiVersion, givenKind.isEmpty() ? kind.kind() : givenKind, kind.kind());
        boolean sameVersion = apiVersion.equals(kind.apiVersion());
        if (sameVersion && header.kind().equals(kind.kind())) {
            return checkTypes(Schemas.of(kind), header, parsed, tree, validation);
        }
        if (Kinds.byName(apiVersion, header.kind()).isEmpty()) {
            return header.refuse("no kind \"" + header.kind() + "\" is registered for version \"" + apiVersion + "\"");
        }
        if (sameVersion) {
            return header.refuse("converting a " + header.kind() + " to a " + kind.kind() + ": unknown conversion");
        }
        return Outcome.refused(ApiStatus.badRequest("the API version in the data (" + apiVersion
                + ") does not match the expected API version (" + kind.apiVersion() + ")"));
    }

    private static Outcome<ObjectNode> checkTypes(
            ObjectType type, Header header, Parsed parsed, ObjectNode tree, FieldValidation validation) {
        TypeChecker checker = new TypeChecker(parsed.duplicates());
        ObjectNode checked;
        try {
            checked = checker.check(type, tree);
        } catch (MalformedBodyException e) {
            return header.refuse(e.getMessage());
        }
        List<String> errors = checker.strictErrors();
        if (validation == FieldValidation.STRICT && !errors.isEmpty()) {
            return header.refuse("strict decoding error: " + String.join(", ", errors));
        }
        ObjectNode ordered =
                Json.object().put("apiVersion", header.apiVersion()).put("kind", header.kind());
        if (checked.has("metadata")) {
            ordered.set("metadata", checked.get("metadata"));
        }
        checked.properties().forEach(entry -> ordered.putIfAbsent(entry.getKey(), entry.getValue()));
        return Outcome.done(ordered, validation == FieldValidation.WARN ? errors : List.of());
    }

    private static <T> Outcome<T> unrecognized(String kind, String problem, byte[] body) {
        return Outcome.refused(ApiStatus.badRequest("the object provided is unrecognized (must be of type " + kind
                + "): " + problem + " (" + summary(body) + ")"));
    }

    private static String summary(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        int shown = Math.min(body.length, SUMMARY_LENGTH);
        String text = body[0] == '{'
                ? new String(body, 0, shown, StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(body, 0, shown);
        return shown < body.length ? text + " ..." : text;
    }

    /** What a body says it is, and what it should be. */
    private record Header(String apiVersion, String kind, String wantedKind) {

        <T> Outcome<T> refuse(String problem) {
            String version = apiVersion.substring(apiVersion.lastIndexOf('/') + 1);
            return Outcome.refused(ApiStatus.badRequest(
                    kind + " in version \"" + version + "\" cannot be handled as a " + wantedKind + ": " + problem));
        }
    }
}
