package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.ValueType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** Writes protobuf messages for tests: by hand, or a whole tree by its schema. */
final class WireWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WireWriter varint(int number, long value) {
        raw((long) number << 3);
        raw(value);
        return this;
    }

    WireWriter bytes(int number, byte[] value) {
        raw((long) number << 3 | WireReader.BYTES);
        raw(value.length);
        out.writeBytes(value);
        return this;
    }

    WireWriter string(int number, String value) {
        return bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    WireWriter message(int number, WireWriter value) {
        return bytes(number, value.toBytes());
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /** The magic and the envelope around this message. */
    byte[] inEnvelope(String apiVersion, String kind) {
        WireWriter envelope = new WireWriter()
                .message(1, new WireWriter().string(1, apiVersion).string(2, kind))
                .message(2, this)
                .string(3, "")
                .string(4, "");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {'k', '8', 's', 0});
        body.writeBytes(envelope.toBytes());
        return body.toByteArray();
    }

    private void raw(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    static WireWriter of(ObjectType type, JsonNode tree) {
        WireWriter to = new WireWriter();
        for (Field field : type.fields()) {
            JsonNode value = tree.get(field.name());
            if (value == null || field.number() == 0) {
                continue;
            }
            switch (field.shape()) {
                case SINGLE -> to.value(field.number(), field.type(), value);
                case LIST -> value.forEach(element -> to.value(field.number(), field.type(), element));
                case MAP -> {
                    for (Map.Entry<String, JsonNode> entry : value.properties()) {
                        WireWriter pair = new WireWriter().string(1, entry.getKey());
                        pair.value(2, field.type(), entry.getValue());
                        to.message(field.number(), pair);
                    }
                }
            }
        }
        type.inlined().forEach((number, inlined) -> to.message(number, inlinedOf(inlined, tree)));
        return to;
    }

    private static WireWriter inlinedOf(ObjectType inlined, JsonNode tree) {
        return of(inlined, tree);
    }

    private void value(int number, ValueType type, JsonNode value) {
        if (type instanceof ValueType.Structured structured) {
            message(number, of(structured.object(), value));
            return;
        }
        switch ((ValueType.Scalar) type) {
            case STRING -> string(number, value.asText());
            case BOOLEAN -> varint(number, value.asBoolean() ? 1 : 0);
            case INT32, INT64 -> varint(number, value.asLong());
            case BYTES -> bytes(number, Base64.getDecoder().decode(value.asText()));
            case TIME, MICRO_TIME -> {
                Instant time = Instant.parse(value.asText());
                message(
                        number,
                        new WireWriter().varint(1, time.getEpochSecond()).varint(2, time.getNano()));
            }
            case QUANTITY -> message(number, new WireWriter().string(1, value.asText()));
            case INT_OR_STRING ->
                message(
                        number,
                        value.isTextual()
                                ? new WireWriter().varint(1, 1).string(3, value.asText())
                                : new WireWriter().varint(1, 0).varint(2, value.asInt()));
            case TEXTS -> {
                WireWriter texts = new WireWriter();
                value.forEach(text -> texts.string(1, text.asText()));
                message(number, texts);
            }
            case RAW, FIELDS_V1 -> message(number, new WireWriter().string(1, value.toString()));
            default -> throw new IllegalArgumentException(type.toString());
        }
    }
}
