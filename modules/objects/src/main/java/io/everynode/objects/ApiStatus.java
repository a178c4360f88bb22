package io.everynode.objects;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A failure in Kubernetes' own form (meta/v1 Status). Codes, reasons and message forms follow
 * apimachinery/pkg/api/errors/errors.go.
 *
 * @param code HTTP status code
 * @param reason machine-readable reason such as "NotFound"; clients branch on it
 * @param message for people
 * @param details what it is about; null when there is nothing to say
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ApiStatus(int code, String reason, String message, Details details) {

    /**
     * @param name the object's name, or ""
     * @param group API group, or ""
     * @param kind resource (plural) or kind, as upstream has it for the reason
     * @param uid or ""
     * @param causes each wrong field
     * @param retryAfterSeconds 0 when none
     */
    public record Details(
            String name, String group, String kind, String uid, List<Cause> causes, int retryAfterSeconds) {}

    /**
     * One wrong field.
     *
     * @param reason such as "FieldValueInvalid"
     * @param message such as {@code Invalid value: "x": must be …}
     * @param field path such as {@code spec.template.spec.containers[0].image}
     */
    public record Cause(String reason, String message, String field) {

        public static Cause invalid(String field, Object value, String detail) {
            String shown = value instanceof Number || value instanceof Boolean ? value.toString() : quote(value);
            return new Cause("FieldValueInvalid", "Invalid value: " + shown + ": " + detail, field);
        }

        public static Cause required(String field, String detail) {
            return new Cause("FieldValueRequired", "Required value" + (detail.isEmpty() ? "" : ": " + detail), field);
        }

        public static Cause duplicate(String field, Object value) {
            return new Cause("FieldValueDuplicate", "Duplicate value: " + quote(value), field);
        }

        public static Cause notFound(String field, Object value) {
            return new Cause("FieldValueNotFound", "Not found: " + quote(value), field);
        }

        public static Cause forbidden(String field, String detail) {
            return new Cause("FieldValueForbidden", "Forbidden: " + detail, field);
        }

        public static Cause notSupported(String field, Object value, List<String> supported) {
            return new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: " + quote(value) + ": supported values: "
                            + supported.stream().map(Cause::quote).collect(Collectors.joining(", ")),
                    field);
        }

        public static Cause tooLong(String field, int limit) {
            return new Cause("FieldValueTooLong", "Too long: may not be more than " + limit + " bytes", field);
        }

        private static String quote(Object value) {
            return "\"" + String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        }
    }

    public static ApiStatus notFound(Kind kind, String name) {
        return new ApiStatus(
                404,
                "NotFound",
                kind.qualifiedResource() + " \"" + name + "\" not found",
                about(kind.group(), kind.plural(), name));
    }

    public static ApiStatus alreadyExists(Kind kind, String name) {
        return new ApiStatus(
                409,
                "AlreadyExists",
                kind.qualifiedResource() + " \"" + name + "\" already exists",
                about(kind.group(), kind.plural(), name));
    }

    public static ApiStatus conflict(Kind kind, String name, String why) {
        return new ApiStatus(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind.qualifiedResource() + " \"" + name + "\": " + why,
                about(kind.group(), kind.plural(), name));
    }

    /** The refusal of a write that names an older resourceVersion than the object's. */
    public static ApiStatus modified(Kind kind, String name) {
        return conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** Names every wrong field at once. */
    public static ApiStatus invalid(Kind kind, String name, List<Cause> causes) {
        List<String> texts = causes.stream()
                .map(c -> c.field() + ": " + c.message())
                .distinct()
                .toList();
        String message = texts.size() == 1 ? texts.get(0) : "[" + String.join(", ", texts) + "]";
        return new ApiStatus(
                422,
                "Invalid",
                kind.qualifiedKind() + " \"" + name + "\" is invalid: " + message,
                new Details(name, kind.group(), kind.kind(), "", List.copyOf(causes), 0));
    }

    /** Of a patch, which upstream refuses without saying what it was for. */
    public static ApiStatus invalidPatch(Cause cause) {
        return new ApiStatus(
                422,
                "Invalid",
                " \"\" is invalid: " + cause.field() + ": " + cause.message(),
                new Details("", "", "", "", List.of(cause), 0));
    }

    public static ApiStatus badRequest(String message) {
        return new ApiStatus(400, "BadRequest", message, null);
    }

    public static ApiStatus forbidden(Kind kind, String name, String why) {
        return new ApiStatus(
                403,
                "Forbidden",
                kind.qualifiedResource() + " \"" + name + "\" is forbidden: " + why,
                about(kind.group(), kind.plural(), name));
    }

    public static ApiStatus methodNotAllowed(String message) {
        return new ApiStatus(405, "MethodNotAllowed", message, null);
    }

    public static ApiStatus unsupportedMediaType(String message) {
        return new ApiStatus(415, "UnsupportedMediaType", message, null);
    }

    public static ApiStatus notAcceptable(String message) {
        return new ApiStatus(406, "NotAcceptable", message, null);
    }

    public static ApiStatus requestTooLarge(String message) {
        return new ApiStatus(413, "RequestEntityTooLarge", message, null);
    }

    /** The version asked for is no longer held; the client must list again. */
    public static ApiStatus expired(String message) {
        return new ApiStatus(410, "Expired", message, null);
    }

    public static ApiStatus tooManyRequests(String message, int retryAfterSeconds) {
        return new ApiStatus(
                429, "TooManyRequests", message, new Details("", "", "", "", List.of(), retryAfterSeconds));
    }

    public static ApiStatus unavailable(String message, int retryAfterSeconds) {
        return new ApiStatus(
                503, "ServiceUnavailable", message, new Details("", "", "", "", List.of(), retryAfterSeconds));
    }

    public static ApiStatus timeout(String message, int retryAfterSeconds) {
        return new ApiStatus(504, "Timeout", message, new Details("", "", "", "", List.of(), retryAfterSeconds));
    }

    public static ApiStatus internal(String message) {
        return new ApiStatus(500, "InternalError", "Internal error occurred: " + message, null);
    }

    private static Details about(String group, String resource, String name) {
        return new Details(name, group, resource, "", List.of(), 0);
    }

    /** The Status object as a client receives it. */
    public ObjectNode toJson() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", message);
        putUnlessEmpty(status, "reason", reason);
        if (details != null) {
            ObjectNode to = status.putObject("details");
            putUnlessEmpty(to, "name", details.name());
            putUnlessEmpty(to, "group", details.group());
            putUnlessEmpty(to, "kind", details.kind());
            putUnlessEmpty(to, "uid", details.uid());
            if (!details.causes().isEmpty()) {
                ArrayNode causes = to.putArray("causes");
                for (Cause cause : details.causes()) {
                    ObjectNode one =
                            causes.addObject().put("reason", cause.reason()).put("message", cause.message());
                    putUnlessEmpty(one, "field", cause.field());
                }
            }
            if (details.retryAfterSeconds() > 0) {
                to.put("retryAfterSeconds", details.retryAfterSeconds());
            }
        }
        return status.put("code", code);
    }

    private static void putUnlessEmpty(ObjectNode to, String name, String value) {
        if (!value.isEmpty()) {
            to.put(name, value);
        }
    }
}
