package io.everynode.objects.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads protobuf's wire format from a part of an array. Every length is checked before it is used. Not thread-safe. */
final class WireReader {

    static final int VARINT = 0;
    static final int FIXED_64 = 1;
    static final int BYTES = 2;
    static final int FIXED_32 = 5;

    private final byte[] data;
    private int position;
    private final int end;
    private int wireType;

    WireReader(byte[] data, int from, int to) {
        this.data = data;
        this.position = from;
        this.end = to;
    }

    /** Goes to the next field. @return its number, or 0 at the end */
    int nextField() throws MalformedBodyException {
        if (position == end) {
            return 0;
        }
        long tag = varint();
        long number = tag >>> 3;
        if (number <= 0 || number > 536_870_911) {
            throw new MalformedBodyException("proto: illegal field number " + number);
        }
        wireType = (int) (tag & 7);
        return (int) number;
    }

    int wireType() {
        return wireType;
    }

    boolean atEnd() {
        return position == end;
    }

    long varint() throws MalformedBodyException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = data[advance(1)];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedBodyException("proto: integer overflow");
    }

    double fixed64() throws MalformedBodyException {
        return ByteBuffer.wrap(data, advance(8), 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getDouble();
    }

    /** The content of a field with a length. */
    WireReader message() throws MalformedBodyException {
        long length = varint();
        if (length < 0 || length > end - position) {
            throw new MalformedBodyException("proto: unexpected EOF");
        }
        int from = advance((int) length);
        return new WireReader(data, from, from + (int) length);
    }

    byte[] bytes() throws MalformedBodyException {
        return message().rest();
    }

    String string() throws MalformedBodyException {
        WireReader content = message();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data, content.position, content.end - content.position))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedBodyException("proto: invalid UTF-8 in a string");
        }
    }

    byte[] rest() {
        return java.util.Arrays.copyOfRange(data, position, end);
    }

    void skip() throws MalformedBodyException {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED_64 -> advance(8);
            case BYTES -> message();
            case FIXED_32 -> advance(4);
            default -> throw new MalformedBodyException("proto: illegal wireType " + wireType);
        }
    }

    private int advance(int count) throws MalformedBodyException {
        if (count > end - position) {
            throw new MalformedBodyException("proto: unexpected EOF");
        }
        int from = position;
        position += count;
        return from;
    }
}
