package io.everynode.objects.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import io.everynode.objects.schema.ValueType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * Writes trees in Kubernetes' protobuf form by the schema's field numbers (apimachinery/pkg/runtime/serializer/protobuf
 * and the generated.proto of each group). What a schema does not know is left out; a zero value is written where the
 * tree has one. Pure and thread-safe.
 */
public final class ProtobufEncoder {

    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private ProtobufEncoder() {}

    /** The message alone, as it stands within a list. */
    public static byte[] message(ObjectType type, ObjectNode tree) {
        WireBuffer out = new WireBuffer(1024);
        fields(out, type, tree);
        return out.toBytes();
    }

    /** A message as a whole body: in a runtime.Unknown that tells its kind, behind four bytes of magic. */
    public static byte[] body(String apiVersion, String kind, byte[] message) {
        byte[] start = bodyStart(apiVersion, kind, message.length);
        byte[] body = java.util.Arrays.copyOf(start, start.length + message.length);
        System.arraycopy(message, 0, body, start.length, message.length);
        return body;
    }

    /** What stands before a message of that many bytes in a whole body. */
    public static byte[] bodyStart(String apiVersion, String kind, long length) {
        WireBuffer out = new WireBuffer(64);
        for (byte b : MAGIC) {
            out.varint(b);
        }
        int typeMeta = out.begin(1);
        out.string(1, apiVersion);
        out.string(2, kind);
        out.end(typeMeta);
        out.tag(2, WireBuffer.BYTES);
        out.varint(length);
        return out.toBytes();
    }

    /** An item's place in a list's message: tag and length. */
    public static byte[] itemStart(int length) {
        WireBuffer out = new WireBuffer(8);
        out.tag(2, WireBuffer.BYTES);
        out.varint(length);
        return out.toBytes();
    }

    /** A list's metadata as the first field of its message. */
    public static byte[] listMeta(ObjectNode meta) {
        WireBuffer out = new WireBuffer(256);
        int mark = out.begin(1);
        fields(out, Schemas.listMeta(), meta);
        out.end(mark);
        return out.toBytes();
    }

    /**
     * A meta/v1 WatchEvent, which has no envelope of its own; the object within has one.
     *
     * @param type such as "ADDED"
     */
    public static byte[] watchEvent(String type, byte[] body) {
        WireBuffer out = new WireBuffer(body.length + 32);
        out.string(1, type);
        int object = out.begin(2);
        out.bytes(1, body);
        out.end(object);
        return out.toBytes();
    }

    private static void fields(WireBuffer out, ObjectType type, ObjectNode tree) {
        boolean hasInlined = false;
        for (Map.Entry<String, JsonNode> property : tree.properties()) {
            Field field = type.field(property.getKey()).orElse(null);
            if (field == null || property.getValue().isNull()) {
                continue;
            }
            if (field.number() > 0) {
                field(out, field, property.getValue());
            } else {
                hasInlined = true;
            }
        }
        if (hasInlined) {
            type.inlined().forEach((number, inlined) -> {
                int mark = out.begin(number);
                fields(out, inlined, tree);
                out.endUnlessEmpty(mark);
            });
        }
    }

    private static void field(WireBuffer out, Field field, JsonNode value) {
        switch (field.shape()) {
            case SINGLE -> value(out, field.number(), field.type(), value);
            case LIST -> value.forEach(element -> value(out, field.number(), field.type(), element));
            case MAP -> {
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    int mark = out.begin(field.number());
                    out.string(1, entry.getKey());
                    value(out, 2, field.type(), entry.getValue());
                    out.end(mark);
                }
            }
        }
    }

    private static void value(WireBuffer out, int number, ValueType type, JsonNode value) {
        if (type instanceof ValueType.Structured structured) {
            int mark = out.begin(number);
            if (value instanceof ObjectNode tree) {
                fields(out, structured.object(), tree);
            }
            out.end(mark);
            return;
        }
        switch ((ValueType.Scalar) type) {
            case STRING -> out.string(number, value.asText());
            case BOOLEAN -> out.number(number, value.asBoolean() ? 1 : 0);
            case INT32, INT64 -> out.number(number, value.asLong());
            case DOUBLE -> {
                out.tag(number, WireBuffer.FIXED_64);
                out.fixed64(value.asDouble());
            }
            case BYTES -> out.bytes(number, decoded(value.asText()));
            case TIME, MICRO_TIME -> time(out, number, value.asText());
            case QUANTITY -> {
                int mark = out.begin(number);
                out.string(1, value.asText());
                out.end(mark);
            }
            case INT_OR_STRING -> intOrString(out, number, value);
            case TEXTS -> {
                int mark = out.begin(number);
                value.forEach(text -> out.string(1, text.asText()));
                out.end(mark);
            }
            case RAW, FIELDS_V1 -> {
                int mark = out.begin(number);
                out.bytes(1, Json.encode(value));
                out.end(mark);
            }
        }
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Nothing that is stored gets here; an answer is not to fail for it.
            return new byte[0];
        }
    }

    /** Go's zero time is a message without fields. */
    private static void time(WireBuffer out, int number, String text) {
        int mark = out.begin(number);
        long seconds = UtcSeconds.of(text);
        if (seconds != UtcSeconds.OTHER) {
            out.number(1, seconds);
            out.number(2, 0);
            out.end(mark);
            return;
        }
        try {
            Instant time = Instant.parse(text);
            out.number(1, time.getEpochSecond());
            out.number(2, time.getNano());
        } catch (DateTimeException e) {
            // No time.
        }
        out.end(mark);
    }

    private static void intOrString(WireBuffer out, int number, JsonNode value) {
        int mark = out.begin(number);
        out.number(1, value.isTextual() ? 1 : 0);
        out.number(2, value.isTextual() ? 0 : value.asInt());
        out.string(3, value.isTextual() ? value.asText() : "");
        out.end(mark);
    }
}
