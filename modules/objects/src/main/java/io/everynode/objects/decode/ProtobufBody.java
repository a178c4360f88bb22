package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.ValueType;
import java.util.Base64;

/**
 * Reads bodies of application/vnd.kubernetes.protobuf into JSON trees by the schema's field numbers: four bytes of
 * magic, then a runtime.Unknown around the message (apimachinery/pkg/runtime/serializer/protobuf). Unknown field
 * numbers are skipped. Zero values are kept: which of them mean something is the check's business. Thread-safe.
 */
final class ProtobufBody {

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** As deep as client libraries go by default. */
    private static final int MAX_DEPTH = 100;

    private ProtobufBody() {}

    static Parsed read(ObjectType type, byte[] body) throws MalformedBodyException {
        if (body.length < MAGIC.length || !startsWithMagic(body)) {
            throw new MalformedBodyException(
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }
        String apiVersion = "";
        String kind = "";
        WireReader raw = new WireReader(body, 0, 0);
        WireReader unknown = new WireReader(body, MAGIC.length, body.length);
        for (int number = unknown.nextField(); number != 0; number = unknown.nextField()) {
            switch (unknown.wireType() == WireReader.BYTES ? number : 0) {
                case 1 -> {
                    WireReader typeMeta = unknown.message();
                    for (int meta = typeMeta.nextField(); meta != 0; meta = typeMeta.nextField()) {
                        if (meta == 1 && typeMeta.wireType() == WireReader.BYTES) {
                            apiVersion = typeMeta.string();
                        } else if (meta == 2 && typeMeta.wireType() == WireReader.BYTES) {
                            kind = typeMeta.string();
                        } else {
                            typeMeta.skip();
                        }
                    }
                }
                case 2 -> raw = unknown.message();
                case 3 -> refuseUnless("", "content encoding", unknown.string());
                case 4 -> refuseUnless(ObjectDecoder.PROTOBUF, "content type", unknown.string());
                default -> unknown.skip();
            }
        }
        ObjectNode tree = Json.object();
        if (!apiVersion.isEmpty()) {
            tree.put("apiVersion", apiVersion);
        }
        if (!kind.isEmpty()) {
            tree.put("kind", kind);
        }
        fill(tree, type, raw, 0);
        return Parsed.withoutDuplicates(tree);
    }

    private static boolean startsWithMagic(byte[] body) {
        return java.util.Arrays.equals(MAGIC, 0, MAGIC.length, body, 0, MAGIC.length);
    }

    private static void refuseUnless(String allowed, String what, String given) throws MalformedBodyException {
        if (!given.isEmpty() && !given.equals(allowed)) {
            throw new MalformedBodyException("unsupported " + what + " inside of the protobuf message: " + given);
        }
    }

    private static void fill(ObjectNode to, ObjectType type, WireReader from, int depth) throws MalformedBodyException {
        if (depth > MAX_DEPTH) {
            throw new MalformedBodyException("proto: nested deeper than " + MAX_DEPTH);
        }
        for (int number = from.nextField(); number != 0; number = from.nextField()) {
            Field field = type.field(number).orElse(null);
            if (field != null) {
                read(to, field, from, depth);
            } else if (type.inlined().containsKey(number) && from.wireType() == WireReader.BYTES) {
                fill(to, type.inlined().get(number), from.message(), depth + 1);
            } else {
                from.skip();
            }
        }
    }

    private static void read(ObjectNode to, Field field, WireReader from, int depth) throws MalformedBodyException {
        switch (field.shape()) {
            case SINGLE -> to.set(field.name(), value(field, from, depth));
            case MAP -> mapEntry(Json.child(to, field.name()), field, from, depth);
            case LIST -> {
                ArrayNode list = to.get(field.name()) instanceof ArrayNode known ? known : to.putArray(field.name());
                if (isPacked(field, from)) {
                    for (WireReader packed = from.message(); !packed.atEnd(); ) {
                        list.add(JsonBody.number(packed.varint()));
                    }
                } else {
                    list.add(value(field, from, depth));
                }
            }
        }
    }

    private static boolean isPacked(Field field, WireReader from) {
        return from.wireType() == WireReader.BYTES
                && (field.type() == ValueType.Scalar.INT32 || field.type() == ValueType.Scalar.INT64);
    }

    private static void mapEntry(ObjectNode map, Field field, WireReader from, int depth)
            throws MalformedBodyException {
        requireWireType(field, from, WireReader.BYTES);
        WireReader entry = from.message();
        String key = "";
        JsonNode value = NullNode.getInstance();
        for (int number = entry.nextField(); number != 0; number = entry.nextField()) {
            if (number == 1 && entry.wireType() == WireReader.BYTES) {
                key = entry.string();
            } else if (number == 2) {
                value = value(field, entry, depth + 1);
            } else {
                entry.skip();
            }
        }
        map.set(key, value);
    }

    private static JsonNode value(Field field, WireReader from, int depth) throws MalformedBodyException {
        if (field.type() instanceof ValueType.Structured structured) {
            requireWireType(field, from, WireReader.BYTES);
            ObjectNode object = Json.object();
            fill(object, structured.object(), from.message(), depth + 1);
            return object;
        }
        ValueType.Scalar scalar = (ValueType.Scalar) field.type();
        requireWireType(
                field,
                from,
                switch (scalar) {
                    case BOOLEAN, INT32, INT64 -> WireReader.VARINT;
                    case DOUBLE -> WireReader.FIXED_64;
                    default -> WireReader.BYTES;
                });
        return switch (scalar) {
            case STRING -> NODES.textNode(from.string());
            case BOOLEAN -> NODES.booleanNode(from.varint() != 0);
            case INT32 -> NODES.numberNode((int) from.varint());
            case INT64 -> JsonBody.number(from.varint());
            case DOUBLE -> NODES.numberNode(from.fixed64());
            case BYTES -> NODES.textNode(Base64.getEncoder().encodeToString(from.bytes()));
            case TIME -> time(from.message(), false);
            case MICRO_TIME -> time(from.message(), true);
            case QUANTITY -> quantity(from.message());
            case INT_OR_STRING -> intOrString(from.message());
            case TEXTS -> texts(from.message());
            case RAW, FIELDS_V1 -> json(from.message());
        };
    }

    private static void requireWireType(Field field, WireReader from, int wanted) throws MalformedBodyException {
        if (from.wireType() != wanted) {
            throw new MalformedBodyException(
                    "proto: wrong wireType = " + from.wireType() + " for field " + field.name());
        }
    }

    private static JsonNode time(WireReader from, boolean micros) throws MalformedBodyException {
        if (from.atEnd()) {
            return NullNode.getInstance();
        }
        long seconds = 0;
        long nanos = 0;
        for (int number = from.nextField(); number != 0; number = from.nextField()) {
            if (number == 1 && from.wireType() == WireReader.VARINT) {
                seconds = from.varint();
            } else if (number == 2 && from.wireType() == WireReader.VARINT) {
                nanos = (int) from.varint();
            } else {
                from.skip();
            }
        }
        String text = TimeText.of(seconds, nanos, micros);
        return text.isEmpty() ? NullNode.getInstance() : NODES.textNode(text);
    }

    private static JsonNode quantity(WireReader from) throws MalformedBodyException {
        String text = "0";
        for (int number = from.nextField(); number != 0; number = from.nextField()) {
            if (number == 1 && from.wireType() == WireReader.BYTES) {
                text = from.string();
            } else {
                from.skip();
            }
        }
        return NODES.textNode(text);
    }

    /** Type 0 is the integer, 1 the text (apimachinery/pkg/util/intstr). */
    private static JsonNode intOrString(WireReader from) throws MalformedBodyException {
        long type = 0;
        int number = 0;
        String text = "";
        for (int field = from.nextField(); field != 0; field = from.nextField()) {
            if (field == 1 && from.wireType() == WireReader.VARINT) {
                type = from.varint();
            } else if (field == 2 && from.wireType() == WireReader.VARINT) {
                number = (int) from.varint();
            } else if (field == 3 && from.wireType() == WireReader.BYTES) {
                text = from.string();
            } else {
                from.skip();
            }
        }
        return type == 1 ? NODES.textNode(text) : NODES.numberNode(number);
    }

    private static JsonNode texts(WireReader from) throws MalformedBodyException {
        ArrayNode texts = NODES.arrayNode();
        for (int number = from.nextField(); number != 0; number = from.nextField()) {
            if (number == 1 && from.wireType() == WireReader.BYTES) {
                texts.add(from.string());
            } else {
                from.skip();
            }
        }
        return texts;
    }

    private static JsonNode json(WireReader from) throws MalformedBodyException {
        byte[] raw = {};
        for (int number = from.nextField(); number != 0; number = from.nextField()) {
            if (number == 1 && from.wireType() == WireReader.BYTES) {
                raw = from.bytes();
            } else {
                from.skip();
            }
        }
        return raw.length == 0 ? NullNode.getInstance() : JsonBody.read(raw).root();
    }
}
