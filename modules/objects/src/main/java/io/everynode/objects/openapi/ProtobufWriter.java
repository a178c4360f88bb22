package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the fields of one protobuf message, in the order of the calls. Not thread-safe. */
final class ProtobufWriter {

    private static final int VARINT = 0;
    private static final int LENGTH = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A message with nothing but this message in it. */
    static ProtobufWriter of(int number, ProtobufWriter value) {
        return new ProtobufWriter().message(number, value);
    }

    ProtobufWriter bool(int number, boolean value) {
        varint(number << 3 | VARINT);
        varint(value ? 1 : 0);
        return this;
    }

    ProtobufWriter string(int number, String value) {
        return bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A repeated field. */
    ProtobufWriter strings(int number, JsonNode values) {
        values.forEach(value -> string(number, value.asText()));
        return this;
    }

    ProtobufWriter message(int number, ProtobufWriter value) {
        return bytes(number, value.toBytes());
    }

    ProtobufWriter bytes(int number, byte[] value) {
        varint(number << 3 | LENGTH);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
