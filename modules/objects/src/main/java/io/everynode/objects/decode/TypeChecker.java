package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.Field.Shape;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies a tree as Kubernetes' typed decoding would leave it: unknown fields, nulls and the zero values that its JSON
 * omits are gone, quantities and times are canonical. Stops at the first value of a wrong type; the texts are
 * encoding/json's. One use, one thread.
 */
final class TypeChecker {

    /** Upstream stops collecting there too (sigs.k8s.io/json). */
    private static final int MAX_STRICT_ERRORS = 100;

    private final Map<ObjectNode, Set<String>> duplicates;
    private final Set<String> strictErrors = new LinkedHashSet<>();

    TypeChecker(Map<ObjectNode, Set<String>> duplicates) {
        this.duplicates = duplicates;
    }

    /** Unknown and duplicate fields met so far, in the order found, each once. */
    List<String> strictErrors() {
        return new ArrayList<>(strictErrors);
    }

    ObjectNode check(ObjectType type, ObjectNode tree) throws MalformedBodyException {
        return object(type, tree, Path.ROOT);
    }

    private ObjectNode object(ObjectType type, ObjectNode from, Path path) throws MalformedBodyException {
        ObjectNode to = Json.object();
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            String name = entry.getKey();
            Field field = type.field(name).orElse(null);
            if (field == null) {
                strictError("unknown field", path.field(name));
            } else if (!entry.getValue().isNull()) {
                JsonNode value = fieldValue(type, field, entry.getValue(), path.field(name));
                if (!value.isNull() && (field.required() || !isOmitted(field, value))) {
                    to.set(name, value);
                }
            }
            reportDuplicate(from, name, path.field(name));
        }
        return to;
    }

    private void reportDuplicate(ObjectNode object, String name, Path path) {
        if (!duplicates.isEmpty() && duplicates.getOrDefault(object, Set.of()).contains(name)) {
            strictError("duplicate field", path);
        }
    }

    private void strictError(String what, Path path) {
        if (strictErrors.size() < MAX_STRICT_ERRORS) {
            strictErrors.add(what + " \"" + path.full() + "\"");
        }
    }

    /** Go's omitempty: what a field that is no pointer holds anyway is not written. */
    private static boolean isOmitted(Field field, JsonNode value) {
        if (field.shape() != Shape.SINGLE) {
            return value.isEmpty();
        }
        if (field.explicit() || !(field.type() instanceof ValueType.Scalar scalar)) {
            return false;
        }
        return switch (scalar) {
            case STRING, BYTES -> value.asText().isEmpty();
            case BOOLEAN -> !value.booleanValue();
            case INT32, INT64 -> value.longValue() == 0;
            case DOUBLE -> value.doubleValue() == 0;
            default -> false;
        };
    }

    private JsonNode fieldValue(ObjectType owner, Field field, JsonNode from, Path path) throws MalformedBodyException {
        Target target = new Target(owner, field);
        if (field.shape() == Shape.LIST) {
            if (!from.isArray()) {
                throw mismatch(target, from, path, "[]" + target.element());
            }
            ArrayNode to = JsonNodeFactory.instance.arrayNode(from.size());
            for (int i = 0; i < from.size(); i++) {
                to.add(element(target, from.get(i), path.index(i)));
            }
            return to;
        }
        if (field.shape() == Shape.MAP) {
            if (!(from instanceof ObjectNode map)) {
                throw mismatch(target, from, path, "map[string]" + target.element());
            }
            ObjectNode to = Json.object();
            for (Map.Entry<String, JsonNode> entry : map.properties()) {
                Path at = path.key(entry.getKey());
                to.set(entry.getKey(), element(target, entry.getValue(), at));
                reportDuplicate(map, entry.getKey(), at);
            }
            return to;
        }
        return value(target, from, path);
    }

    /** A null among elements is the type's zero value, as it is in Go. */
    private JsonNode element(Target target, JsonNode from, Path path) throws MalformedBodyException {
        if (!from.isNull()) {
            return value(target, from, path);
        }
        if (!(target.field().type() instanceof ValueType.Scalar scalar)) {
            return Json.object();
        }
        return switch (scalar) {
            case STRING, BYTES -> JsonNodeFactory.instance.textNode("");
            case QUANTITY -> JsonNodeFactory.instance.textNode("0");
            case BOOLEAN -> JsonNodeFactory.instance.booleanNode(false);
            case INT32, INT64, DOUBLE, INT_OR_STRING -> JsonNodeFactory.instance.numberNode(0);
            default -> NullNode.getInstance();
        };
    }

    private JsonNode value(Target target, JsonNode from, Path path) throws MalformedBodyException {
        if (target.field().type() instanceof ValueType.Structured structured) {
            if (!(from instanceof ObjectNode object)) {
                throw mismatch(target, from, path, target.element());
            }
            return object(structured.object(), object, path);
        }
        ValueType.Scalar scalar = (ValueType.Scalar) target.field().type();
        if (!ScalarValues.fits(scalar, from)) {
            throw mismatch(target, from, path, target.element());
        }
        return ScalarValues.canonical(scalar, from, path);
    }

    private static MalformedBodyException mismatch(Target target, JsonNode value, Path path, String goType) {
        return new MalformedBodyException("json: cannot unmarshal " + describe(value, target.isNumber())
                + " into Go struct field " + target.owner().shortName() + "." + path.fields() + " of type " + goType);
    }

    private static String describe(JsonNode value, boolean wantsNumber) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "bool";
            case NUMBER -> wantsNumber ? "number " + value.asText() : "number";
            case OBJECT -> "object";
            default -> "string";
        };
    }

    /** The field that a value is for, and how Go would call its type. */
    private record Target(ObjectType owner, Field field) {

        boolean isNumber() {
            return field.type() == ValueType.Scalar.INT32
                    || field.type() == ValueType.Scalar.INT64
                    || field.type() == ValueType.Scalar.DOUBLE;
        }

        String element() {
            if (!(field.type() instanceof ValueType.Scalar scalar)) {
                return "v1." + ((ValueType.Structured) field.type()).object().shortName();
            }
            return switch (scalar) {
                case STRING -> "string";
                case BOOLEAN -> "bool";
                case INT32 -> "int32";
                case INT64 -> "int64";
                case DOUBLE -> "float64";
                case BYTES -> "[]uint8";
                case TIME -> "v1.Time";
                case MICRO_TIME -> "v1.MicroTime";
                case QUANTITY -> "resource.Quantity";
                case INT_OR_STRING -> "intstr.IntOrString";
                case TEXTS -> "[]string";
                case RAW -> "runtime.RawExtension";
                case FIELDS_V1 -> "v1.FieldsV1";
            };
        }
    }
}
