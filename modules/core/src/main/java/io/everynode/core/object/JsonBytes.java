package io.everynode.core.object;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * An object's tree as compact JSON bytes. Immutable; equal by content. The form that states, events and the catalog
 * keep.
 */
public final class JsonBytes {

    private final byte[] utf8;

    /** What was read in the bytes; follows from them, so that any thread may set it and any may miss it. */
    private Object read;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public JsonBytes(byte[] utf8) {
        this.utf8 = utf8;
    }

    public static JsonBytes of(JsonNode tree) {
        return new JsonBytes(Json.encode(tree));
    }

    /** The bytes themselves; callers must not change them. */
    @JsonValue
    public byte[] utf8() {
        return utf8;
    }

    /** A new tree, the caller's own. */
    public ObjectNode tree() {
        return Json.parse(utf8);
    }

    /** A new tree of the metadata alone ({@link Json#metadata}). */
    public ObjectNode metadata() {
        return Json.metadata(utf8);
    }

    /**
     * What a reader finds in the bytes, which is kept with them: who evolves the same event in an entity and in the
     * catalog reads once.
     *
     * @param type of the value: immutable, small, and asked for by one reader alone
     */
    public <T extends Record> T read(Class<T> type, Function<JsonBytes, T> reader) {
        Object known = read;
        if (type.isInstance(known)) {
            return type.cast(known);
        }
        T value = reader.apply(this);
        read = value;
        return value;
    }

    /**
     * False only if no field at any depth has this name: the bytes are searched, without a tree.
     *
     * @param field of characters that JSON never escapes
     */
    public boolean mayName(String field) {
        int length = field.length();
        for (int from = utf8.length - length - 1; from > 0; from--) {
            if (utf8[from] == field.charAt(0) && utf8[from - 1] == '"' && utf8[from + length] == '"') {
                int at = 1;
                while (at < length && utf8[from + at] == field.charAt(at)) {
                    at++;
                }
                if (at == length) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonBytes bytes && Arrays.equals(utf8, bytes.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    @Override
    public String toString() {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
