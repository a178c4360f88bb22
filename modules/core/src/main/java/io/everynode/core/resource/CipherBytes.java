package io.everynode.core.resource;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** Encrypted bytes. Immutable; equal by content. */
public final class CipherBytes {

    private final byte[] bytes;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public CipherBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The bytes themselves; callers must not change them. */
    @JsonValue
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CipherBytes cipher && Arrays.equals(bytes, cipher.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " encrypted bytes";
    }
}
