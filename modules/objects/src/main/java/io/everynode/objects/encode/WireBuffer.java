package io.everynode.objects.encode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows with what is written to it in protobuf's wire format. Not thread-safe. */
final class WireBuffer {

    static final int VARINT = 0;
    static final int FIXED_64 = 1;
    static final int BYTES = 2;

    private byte[] data;
    private int size;

    WireBuffer(int expected) {
        data = new byte[Math.max(64, expected)];
    }

    int size() {
        return size;
    }

    void tag(int number, int wireType) {
        varint((long) number << 3 | wireType);
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            data[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        data[size++] = (byte) rest;
    }

    void fixed64(double value) {
        room(8);
        long bits = Double.doubleToRawLongBits(value);
        for (int i = 0; i < 8; i++) {
            data[size++] = (byte) (bits >>> 8 * i);
        }
    }

    /** A whole field with a length. */
    void bytes(int number, byte[] value) {
        tag(number, BYTES);
        varint(value.length);
        room(value.length);
        System.arraycopy(value, 0, data, size, value.length);
        size += value.length;
    }

    void string(int number, String value) {
        bytes(number, value.getBytes(StandardCharsets.UTF_8));
    }

    void number(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    /** Begins a message whose length is not known yet. @return what {@link #end} and {@link #drop} want */
    int begin(int number) {
        int from = size;
        tag(number, BYTES);
        room(1);
        data[size++] = 0;
        return from;
    }

    /** Ends the message that began at the mark. */
    void end(int mark) {
        int content = content(mark);
        int length = size - content;
        int extra = varintSize(length) - 1;
        if (extra > 0) {
            // Only longer messages are moved, once for each level.
            room(extra);
            System.arraycopy(data, content, data, content + extra, length);
        }
        int end = size + extra;
        size = content - 1;
        varint(length);
        size = end;
    }

    /** Takes the message that began at the mark back if nothing is in it, else ends it. */
    void endUnlessEmpty(int mark) {
        if (size == content(mark)) {
            size = mark;
        } else {
            end(mark);
        }
    }

    private int content(int mark) {
        int at = mark;
        while (data[at] < 0) {
            at++;
        }
        // Past the tag and the place of the length.
        return at + 2;
    }

    static int varintSize(long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    private void room(int wanted) {
        if (data.length - size < wanted) {
            data = Arrays.copyOf(data, Math.max(data.length * 2, size + wanted));
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(data, size);
    }
}
