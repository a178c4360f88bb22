package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.Field.ListType;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import io.everynode.objects.schema.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How server-side apply looks at a value of the schema: as one leaf, as an object whose fields have their owners each,
 * as a list whose elements are told apart by keys or by value. Immutable.
 *
 * @param shape of the value
 * @param type of the value, of a list's elements or of a map's values
 * @param listType of a list
 * @param keys of a list of type MAP
 * @param atomic whether it has one owner as a whole
 */
record ValueForm(Field.Shape shape, ValueType type, ListType listType, List<String> keys, boolean atomic) {

    /**
     * Objects that are always there in Kubernetes' Go types, as they are neither pointers nor required: nobody adds
     * them. Those named metadata, spec and status are, wherever they appear.
     */
    static final Set<String> ALWAYS_THERE = Set.of(
            "DaemonSetSpec.updateStrategy",
            "Container.resources",
            "EphemeralContainer.resources",
            "PodTemplate.template",
            "PersistentVolumeClaimSpec.resources",
            "ContainerStatus.state",
            "ContainerStatus.lastState",
            "NodeStatus.daemonEndpoints",
            "NodeStatus.nodeInfo",
            "NodeDaemonEndpoints.kubeletEndpoint",
            "ServiceStatus.loadBalancer",
            "Event.source");

    private static final Set<String> ALWAYS_THERE_NAMES = Set.of("metadata", "spec", "status");

    /** There are as many types as the schemas have. */
    private static final Map<ObjectType, List<Member>> MEMBERS = new ConcurrentHashMap<>();

    /**
     * A declared field.
     *
     * @param implied what an object without it has nevertheless, not to be changed; null when absent is absent
     */
    record Member(String name, PathElement element, ValueForm form, JsonNode implied) {}

    /** The form of the kind's objects. */
    static ValueForm of(Kind kind) {
        return of(Schemas.of(kind));
    }

    static ValueForm of(ObjectType type) {
        return new ValueForm(
                Field.Shape.SINGLE, new ValueType.Structured(type), ListType.NONE, List.of(), type.atomic());
    }

    private static ValueForm of(Field field) {
        boolean structured = field.type() instanceof ValueType.Structured;
        boolean atomic = switch (field.shape()) {
            case SINGLE ->
                structured && ((ValueType.Structured) field.type()).object().atomic();
            case MAP -> field.atomicMap();
            case LIST -> field.listType() == ListType.ATOMIC || field.listType() == ListType.NONE;
        };
        return new ValueForm(field.shape(), field.type(), field.listType(), field.listKeys(), atomic);
    }

    /** An object with declared fields; null for other values. */
    ObjectType struct() {
        return shape == Field.Shape.SINGLE && type instanceof ValueType.Structured structured
                ? structured.object()
                : null;
    }

    boolean isMap() {
        return shape == Field.Shape.MAP;
    }

    boolean isList() {
        return shape == Field.Shape.LIST;
    }

    /** Any JSON: its objects have owners for each field, its lists are taken as a whole. */
    boolean isFree() {
        return shape == Field.Shape.SINGLE && (type == ValueType.Scalar.RAW || type == ValueType.Scalar.FIELDS_V1);
    }

    /** A single value of a simple type; null for others. */
    ValueType.Scalar scalar() {
        return shape == Field.Shape.SINGLE && type instanceof ValueType.Scalar scalar && !isFree() ? scalar : null;
    }

    /** Whether such a value has one owner: scalars, atomic objects and lists, and lists of a free form. */
    boolean leaf(JsonNode value) {
        return atomic || scalar() != null || isFree() && !value.isObject() && !value.isNull();
    }

    /** Whether the schema has a field of this name here. */
    boolean declares(String name) {
        ObjectType object = struct();
        return object != null && object.field(name).isPresent();
    }

    /** The form of a field or of a map's value; null for a field that the schema does not know. */
    ValueForm member(String name) {
        ObjectType object = struct();
        if (object != null) {
            return object.field(name).map(ValueForm::of).orElse(null);
        }
        if (isFree()) {
            return this;
        }
        return isMap() ? element() : null;
    }

    /** The declared fields in schema order; null for what has no declared ones. */
    List<Member> members() {
        ObjectType object = struct();
        return object == null ? null : MEMBERS.computeIfAbsent(object, ValueForm::membersOf);
    }

    private static List<Member> membersOf(ObjectType object) {
        return object.fields().stream()
                .map(field ->
                        new Member(field.name(), PathElement.field(field.name()), of(field), implied(object, field)))
                .toList();
    }

    /** The form of a list's elements or of a map's values. */
    ValueForm element() {
        boolean atomicElement = type instanceof ValueType.Structured structured
                && structured.object().atomic();
        return new ValueForm(Field.Shape.SINGLE, type, ListType.NONE, List.of(), atomicElement);
    }

    /**
     * The value of a field that an object without it has nevertheless in Kubernetes' Go types; null when absent is
     * absent. A required list without elements stands as null.
     */
    private static JsonNode implied(ObjectType object, Field field) {
        boolean single = field.shape() == Field.Shape.SINGLE;
        boolean structured = field.type() instanceof ValueType.Structured;
        if (single
                && structured
                && (field.required()
                        || ALWAYS_THERE_NAMES.contains(field.name())
                        || ALWAYS_THERE.contains(object.shortName() + "." + field.name()))) {
            return Json.object();
        }
        if (!field.required()) {
            return null;
        }
        if (!single || structured) {
            return JsonNodeFactory.instance.nullNode();
        }
        return switch ((ValueType.Scalar) field.type()) {
            case STRING -> TextNode.valueOf("");
            case BOOLEAN -> JsonNodeFactory.instance.booleanNode(false);
            case INT32, INT64 -> JsonNodeFactory.instance.numberNode(0);
            default -> null;
        };
    }

    /** The default of an element's key that the schema documents; null without one. */
    JsonNode keyDefault(String key) {
        return type instanceof ValueType.Structured structured
                ? structured
                        .object()
                        .field(key)
                        .filter(field -> !field.defaultValue().isEmpty())
                        .map(field -> (JsonNode) TextNode.valueOf(field.defaultValue()))
                        .orElse(null)
                : null;
    }
}
