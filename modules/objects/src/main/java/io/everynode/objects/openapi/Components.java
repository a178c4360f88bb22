package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.PostedKinds;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.Field.ListType;
import io.everynode.objects.schema.Field.Shape;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import io.everynode.objects.schema.ValueType;
import io.everynode.objects.schema.ValueType.Scalar;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * The schemas of a document: each kind and its list, and every type that they reach. In the order of their names, as
 * upstream.
 */
final class Components {

    static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    static final String PATCH = META + "Patch";

    private static final String GROUP_VERSION_KIND = "x-kubernetes-group-version-kind";
    private static final String REFERENCE = "#/components/schemas/";
    private static final String LIST_SUFFIX = "List";

    /** Fields that Go's types hold by value, so that upstream documents {} as their default. */
    private static final Set<String> HELD_BY_VALUE = Set.of("metadata", "spec", "status", "template");

    private final TreeMap<String, ObjectNode> schemas = new TreeMap<>();

    private Components() {}

    static ObjectNode of(List<Kind> kinds) {
        Components components = new Components();
        for (Kind kind : kinds) {
            components.addNamed(kind);
            if (!PostedKinds.all().contains(kind)) {
                components.addList(kind);
                components.name(kind, listNameOf(kind), kind.listKind());
            }
            ActionSubresource.of(kind).forEach(action -> components.addNamed(action.body()));
        }
        Kind first = kinds.get(0);
        for (ObjectType type : List.of(Schemas.deleteOptions(), Schemas.status(), Schemas.watchEvent())) {
            components.add(type);
            components.name(first, type.name(), type.shortName());
        }
        components.schemas.put(
                PATCH,
                described("The body of a PATCH; its form depends on the media type.")
                        .put("type", "object"));
        ObjectNode all = Json.object();
        components.schemas.forEach(all::set);
        return all;
    }

    private void addNamed(Kind kind) {
        add(Schemas.of(kind));
        if (!schemas.get(nameOf(kind)).has(GROUP_VERSION_KIND)) {
            name(kind, nameOf(kind), kind.kind());
        }
    }

    static String nameOf(Kind kind) {
        return Schemas.of(kind).name();
    }

    static String listNameOf(Kind kind) {
        return nameOf(kind) + LIST_SUFFIX;
    }

    static ObjectNode reference(String name) {
        return Json.object().put("$ref", REFERENCE + name);
    }

    /** The extension that ties a schema or an operation to a kind. */
    static ObjectNode groupVersionKind(Kind kind, String name) {
        return Json.object().put("group", kind.group()).put("kind", name).put("version", kind.version());
    }

    private void name(Kind kind, String schema, String kindName) {
        boolean ofAllGroups = schema.startsWith(META);
        ObjectNode groupVersionKind = groupVersionKind(kind, kindName);
        schemas.get(schema)
                .putArray(GROUP_VERSION_KIND)
                .add(ofAllGroups && kindName.equals("Status") ? groupVersionKind.put("group", "") : groupVersionKind);
    }

    private void addList(Kind kind) {
        ObjectType listMeta = Schemas.listMeta();
        add(listMeta);
        ObjectNode list = described("A list of " + kind.plural() + ".");
        ObjectNode properties = list.putObject("properties");
        properties
                .putObject("apiVersion")
                .put("description", "API group and version that this list is written in.")
                .put("type", "string");
        properties
                .putObject("items")
                .put("description", "The objects of the list.")
                .put("type", "array")
                .set("items", wrapped(nameOf(kind), true));
        properties.putObject("kind").put("description", "Kind of this list.").put("type", "string");
        properties.set(
                "metadata",
                wrapped(listMeta.name(), true).put("description", "The list's version and where it goes on."));
        list.putArray("required").add("items");
        list.put("type", "object");
        schemas.put(listNameOf(kind), list);
    }

    private void add(ObjectType type) {
        if (schemas.containsKey(type.name())) {
            return;
        }
        ObjectNode schema = described(type.description());
        schemas.put(type.name(), schema);
        TreeMap<String, Field> fields = new TreeMap<>();
        type.fields().forEach(field -> fields.put(field.name(), field));
        if (!fields.isEmpty()) {
            ObjectNode properties = schema.putObject("properties");
            fields.values().forEach(field -> properties.set(field.name(), property(field)));
        }
        List<String> required = fields.values().stream()
                .filter(Field::required)
                .map(Field::name)
                .toList();
        if (!required.isEmpty()) {
            ArrayNode names = schema.putArray("required");
            required.forEach(names::add);
        }
        schema.put("type", "object");
        if (type.atomic()) {
            schema.put("x-kubernetes-map-type", "atomic");
        }
    }

    private ObjectNode property(Field field) {
        if (field.shape() == Shape.SINGLE) {
            ObjectNode property = value(field.type(), HELD_BY_VALUE.contains(field.name()));
            if (!field.defaultValue().isEmpty()) {
                property.put("default", field.defaultValue());
            } else if (field.required() && field.type() instanceof Scalar scalar) {
                putZero(property, scalar);
            }
            return property.put("description", field.description());
        }
        ObjectNode property = described(field.description());
        ObjectNode element = value(field.type(), true);
        if (field.type() instanceof Scalar scalar && field.type() == Scalar.STRING) {
            putZero(element, scalar);
        }
        if (field.shape() == Shape.MAP) {
            property.set("additionalProperties", element);
            property.put("type", "object");
            if (field.atomicMap()) {
                property.put("x-kubernetes-map-type", "atomic");
            }
            return property;
        }
        property.set("items", element);
        property.put("type", "array");
        if (!field.listKeys().isEmpty()) {
            ArrayNode keys = property.putArray("x-kubernetes-list-map-keys");
            field.listKeys().forEach(keys::add);
        }
        if (field.listType() != ListType.NONE) {
            property.put("x-kubernetes-list-type", field.listType().name().toLowerCase(Locale.ROOT));
        }
        if (!field.mergeKey().isEmpty()) {
            property.put("x-kubernetes-patch-merge-key", field.mergeKey());
        }
        if (!field.patchStrategy().isEmpty()) {
            property.put("x-kubernetes-patch-strategy", field.patchStrategy());
        }
        return property;
    }

    private ObjectNode value(ValueType type, boolean byValue) {
        if (type instanceof ValueType.Structured structured) {
            add(structured.object());
            return wrapped(structured.object().name(), byValue);
        }
        ObjectNode schema = Json.object();
        return switch ((Scalar) type) {
            case STRING -> schema.put("type", "string");
            case BOOLEAN -> schema.put("type", "boolean");
            case INT32 -> schema.put("format", "int32").put("type", "integer");
            case INT64 -> schema.put("format", "int64").put("type", "integer");
            case DOUBLE -> schema.put("format", "double").put("type", "number");
            case BYTES -> schema.put("format", "byte").put("type", "string");
            case TIME ->
                wellKnown(
                        META + "Time",
                        described("A time in RFC 3339.")
                                .put("format", "date-time")
                                .put("type", "string"));
            case MICRO_TIME ->
                wellKnown(
                        META + "MicroTime",
                        described("A time in RFC 3339 with microseconds.")
                                .put("format", "date-time")
                                .put("type", "string"));
            case QUANTITY ->
                wellKnown(
                        "io.k8s.apimachinery.pkg.api.resource.Quantity",
                        oneOf(described("An amount such as 100m, 1.5, 200Mi or 1e3."), "string", "number"));
            case INT_OR_STRING ->
                wellKnown(
                        "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
                        oneOf(described("A number, or a text such as a percentage or a name."), "integer", "string")
                                .put("format", "int-or-string"));
            case TEXTS -> {
                ObjectNode item = Json.object().put("type", "string").put("default", "");
                schema.put("type", "array").set("items", item);
                yield schema;
            }
            case RAW ->
                wellKnown(
                        "io.k8s.apimachinery.pkg.runtime.RawExtension",
                        described("Any JSON object.").put("type", "object"));
            case FIELDS_V1 ->
                wellKnown(
                        META + "FieldsV1",
                        described("A set of fields, as nested objects.").put("type", "object"));
        };
    }

    private ObjectNode wellKnown(String name, ObjectNode schema) {
        schemas.putIfAbsent(name, schema);
        return wrapped(name, false);
    }

    /** A reference that may stand beside a description: OpenAPI 3.0 ignores what is next to a bare one. */
    private static ObjectNode wrapped(String name, boolean byValue) {
        ObjectNode wrapped = Json.object();
        wrapped.putArray("allOf").add(reference(name));
        if (byValue) {
            wrapped.putObject("default");
        }
        return wrapped;
    }

    private static ObjectNode oneOf(ObjectNode schema, String... types) {
        ArrayNode oneOf = schema.putArray("oneOf");
        for (String type : types) {
            oneOf.addObject().put("type", type);
        }
        return schema;
    }

    private static void putZero(ObjectNode schema, Scalar scalar) {
        switch (scalar) {
            case STRING -> schema.put("default", "");
            case BOOLEAN -> schema.put("default", false);
            case INT32, INT64, DOUBLE -> schema.put("default", 0);
            default -> {
                // The others have no zero value in JSON.
            }
        }
    }

    private static ObjectNode described(String description) {
        return Json.object().put("description", description);
    }
}
