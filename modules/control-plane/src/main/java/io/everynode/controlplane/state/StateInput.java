package io.everynode.controlplane.state;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link StateOutput} wrote. Texts that were written once are one instance. Bytes that it cannot have
 * written are an {@link IOException}, never a wrong size of memory. For one thread.
 */
public final class StateInput {

    /** More than any state has; so a damaged length does not ask for all memory. */
    static final int LONGEST = 1 << 26;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private final String[] table = new String[StateOutput.TABLE];

    public StateInput(InputStream in) {
        this.in = in;
    }

    public boolean bool() throws IOException {
        return octet() != 0;
    }

    public long count() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7F) << shift;
            if ((octet & 0x80) == 0) {
                return value;
            }
        }
        throw new IOException("a number without an end");
    }

    /** A count of things. */
    public int size() throws IOException {
        long size = count();
        if (size < 0 || size > LONGEST) {
            throw new IOException("a size of " + size);
        }
        return (int) size;
    }

    public long number() throws IOException {
        long value = count();
        return value >>> 1 ^ -(value & 1);
    }

    public String text() throws IOException {
        int form = size();
        if (form == StateOutput.NULL) {
            return null;
        }
        if (form >= StateOutput.FIRST_PLACE) {
            int place = form - StateOutput.FIRST_PLACE;
            String known = place < StateOutput.TABLE ? table[place] : null;
            if (known == null) {
                throw new IOException("a text that was not written before");
            }
            return known;
        }
        String text = literal();
        if (text.length() <= StateOutput.LONGEST_SHARED) {
            table[StateOutput.place(text)] = text;
        }
        return text;
    }

    private String literal() throws IOException {
        int length = size();
        if (length > end - at) {
            return new String(bytes(length), StandardCharsets.UTF_8);
        }
        String text = new String(buffer, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    public byte[] bytes() throws IOException {
        return bytes(size());
    }

    private byte[] bytes(int length) throws IOException {
        int there = Math.min(length, end - at);
        byte[] value = new byte[length];
        System.arraycopy(buffer, at, value, 0, there);
        at += there;
        if (in.readNBytes(value, there, length - there) < length - there) {
            throw new EOFException("the bytes end early");
        }
        return value;
    }

    private int octet() throws IOException {
        if (at == end) {
            end = in.read(buffer, 0, buffer.length);
            at = 0;
            if (end <= 0) {
                end = 0;
                throw new EOFException("the bytes end early");
            }
        }
        return buffer[at++] & 0xFF;
    }
}
