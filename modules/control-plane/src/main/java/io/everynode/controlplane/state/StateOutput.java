package io.everynode.controlplane.state;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Numbers, texts and bytes one after the other, small ones in few bytes. A text that was written lately is written as a
 * number: the tables of writer and reader hold the same texts at the same places. For one thread.
 */
public final class StateOutput implements Closeable {

    /** Places for texts; a power of two. */
    static final int TABLE = 1 << 16;

    /** Longer texts are seldom written twice. */
    static final int LONGEST_SHARED = 256;

    static final int NULL = 0;
    static final int LITERAL = 1;
    static final int FIRST_PLACE = 2;

    private static final int BUFFER = 1 << 16;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER];
    private int used;
    private final String[] table = new String[TABLE];

    public StateOutput(OutputStream out) {
        this.out = out;
    }

    static int place(String text) {
        int hash = text.hashCode();
        return (hash ^ hash >>> 16) & TABLE - 1;
    }

    public void bool(boolean value) throws IOException {
        octet(value ? 1 : 0);
    }

    /** Not negative. */
    public void count(long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            octet((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        octet((int) rest);
    }

    public void number(long value) throws IOException {
        count(value << 1 ^ value >> 63);
    }

    /** Maybe null. */
    public void text(String value) throws IOException {
        if (value == null) {
            count(NULL);
            return;
        }
        int place = value.length() <= LONGEST_SHARED ? place(value) : -1;
        if (place >= 0 && value.equals(table[place])) {
            count(FIRST_PLACE + place);
            return;
        }
        count(LITERAL);
        bytes(value.getBytes(StandardCharsets.UTF_8));
        if (place >= 0) {
            table[place] = value;
        }
    }

    public void bytes(byte[] value) throws IOException {
        count(value.length);
        if (value.length > BUFFER - used) {
            flush();
        }
        if (value.length > BUFFER) {
            out.write(value);
        } else {
            System.arraycopy(value, 0, buffer, used, value.length);
            used += value.length;
        }
    }

    private void octet(int value) throws IOException {
        if (used == BUFFER) {
            flush();
        }
        buffer[used++] = (byte) value;
    }

    /** Hands on what is buffered. */
    public void flush() throws IOException {
        out.write(buffer, 0, used);
        used = 0;
    }

    @Override
    public void close() throws IOException {
        flush();
        out.close();
    }
}
