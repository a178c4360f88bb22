package io.everynode.core.object;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An object's tree as compact JSON bytes. Immutable; equal by content. The form that states, events and the catalog
 * keep.
 */
public final class JsonBytes {

    private final byte[] utf8;

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
