package io.everynode.compatibility.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.objects.Kind;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import io.everynode.objects.schema.ValueType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Trees as bytes, in order and out of it. */
final class Encodings {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private final Random random;

    Encodings(Random random) {
        this.random = random;
    }

    static byte[] json(JsonNode tree) {
        return write(JSON, tree);
    }

    static byte[] yaml(JsonNode tree) {
        return write(YAML, tree);
    }

    private static byte[] write(ObjectMapper mapper, JsonNode tree) {
        try {
            return mapper.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            // Nested beyond the writer's limit; the text of it is written by hand.
            return "{\"a\":".repeat(2000).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The object in the envelope that clients send; values of wrong types are written as texts. */
    byte[] protobuf(Kind kind, ObjectNode tree) {
        byte[] object = message(Schemas.of(kind), tree);
        ByteArrayOutputStream type = new ByteArrayOutputStream();
        bytes(type, 1, kind.apiVersion().getBytes(StandardCharsets.UTF_8));
        bytes(type, 2, kind.kind().getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {'k', '8', 's', 0});
        bytes(body, 1, type.toByteArray());
        bytes(body, 2, object);
        return body.toByteArray();
    }

    private static byte[] message(ObjectType type, JsonNode tree) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Field field : type.fields()) {
            JsonNode value = tree.get(field.name());
            if (value == null
                    || value.isNull()
                    || field.number() == 0
                    || type.field(field.number()).isEmpty()) {
                continue;
            }
            switch (field.shape()) {
                case SINGLE -> value(out, field.number(), field.type(), value);
                case LIST -> value.forEach(element -> value(out, field.number(), field.type(), element));
                case MAP -> {
                    for (Map.Entry<String, JsonNode> entry : value.properties()) {
                        ByteArrayOutputStream pair = new ByteArrayOutputStream();
                        bytes(pair, 1, entry.getKey().getBytes(StandardCharsets.UTF_8));
                        value(pair, 2, field.type(), entry.getValue());
                        bytes(out, field.number(), pair.toByteArray());
                    }
                }
            }
        }
        type.inlined().forEach((number, inlined) -> bytes(out, number, message(inlined, tree)));
        return out.toByteArray();
    }

    private static void value(ByteArrayOutputStream out, int number, ValueType type, JsonNode value) {
        if (type instanceof ValueType.Structured structured) {
            bytes(out, number, message(structured.object(), value));
            return;
        }
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        switch ((ValueType.Scalar) type) {
            case BOOLEAN, INT32, INT64 -> {
                varint(out, (long) number << 3);
                varint(out, value.isBoolean() ? (value.asBoolean() ? 1 : 0) : value.asLong());
            }
            case TIME, MICRO_TIME -> {
                varint(inner, 1 << 3);
                varint(inner, value.asText().hashCode());
                bytes(out, number, inner.toByteArray());
            }
            case INT_OR_STRING -> {
                varint(inner, 1 << 3);
                varint(inner, value.isTextual() ? 1 : 0);
                varint(inner, 2 << 3);
                varint(inner, value.asInt());
                bytes(inner, 3, value.asText().getBytes(StandardCharsets.UTF_8));
                bytes(out, number, inner.toByteArray());
            }
            case QUANTITY, RAW, FIELDS_V1 -> {
                String text = value.isTextual() ? value.asText() : value.toString();
                bytes(inner, 1, text.getBytes(StandardCharsets.UTF_8));
                bytes(out, number, inner.toByteArray());
            }
            default -> bytes(out, number, value.asText().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void bytes(ByteArrayOutputStream out, int number, byte[] value) {
        varint(out, (long) number << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** Cut, turned over, doubled or filled with noise. */
    byte[] damaged(byte[] body) {
        if (body.length == 0) {
            return noise(random.nextInt(50));
        }
        byte[] copy = body.clone();
        int at = random.nextInt(copy.length);
        switch (random.nextInt(6)) {
            case 0 -> {
                return Arrays.copyOf(copy, at);
            }
            case 1 -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
                }
                return copy;
            }
            case 2 -> {
                return joined(copy, copy);
            }
            case 3 -> {
                return joined(
                        Arrays.copyOf(copy, at),
                        joined(noise(random.nextInt(20)), Arrays.copyOfRange(copy, at, copy.length)));
            }
            case 4 -> {
                byte[] doubled = Arrays.copyOfRange(copy, at, copy.length);
                return joined(copy, doubled);
            }
            default -> {
                byte[] pieces = PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
                return joined(Arrays.copyOf(copy, at), joined(pieces, Arrays.copyOfRange(copy, at, copy.length)));
            }
        }
    }

    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "\\ud800",
        "\\u0000",
        "1e999",
        "&a *a",
        "\n- ",
        "!!java",
        "---\n",
        "<<: *x",
        "\"a\":1,\"a\":2,",
        "\u0000",
        "\uFEFF",
        "//"
    };

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
