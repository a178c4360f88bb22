package io.everynode.controlplane.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * The packed form of an event's bytes, about a fifth of the plain one for the reports on Pods. Bytes are copied from
 * {@link EventDictionary} or from what stands before; UUIDs, hexadecimal digits and times in whole seconds are written
 * as numbers. The same bytes always pack to the same. Thread-safe.
 *
 * <p>A packed row begins with the dictionary's number, which no plain one begins with, then, as base-128 numbers, the
 * envelope's {@code more} and the plain length. Then follow, until that length is reached: a byte below 0x40, and one
 * byte more than it says as they are; 0x40 to 0x5f, and one byte more than it is above 0x40 that are two digits each;
 * 0x60 and 16 bytes of a UUID; 0x61 and 5 bytes of seconds since 1970; 0x80 and above, a copy of 4 bytes more than it
 * is above 0x80 (0xff: 131 and a base-128 number more) from so far back as a base-128 number says, where the dictionary
 * stands before the beginning.
 */
final class PackedEvent {

    /** The format of the journal from which on events may be written so (FormatGate). */
    static final int FORMAT = 3;

    /** The first byte of packed events, and the dictionary's number. */
    static final int MARK = 1;

    /** Longer ones are objects whose own text is most of them. */
    private static final int LONGEST = 16_384;

    private static final int LITERALS = 0x40;
    private static final int HEX = 0x40;
    private static final int MOST_HEX = 0x20;
    private static final int UUID = 0x60;
    private static final int TIME = 0x61;
    private static final int COPY = 0x80;
    private static final int SHORTEST_COPY = 4;
    private static final int LONG_COPY = 0xff - COPY + SHORTEST_COPY;

    private static final int UUID_LENGTH = 36;
    private static final int TIME_LENGTH = 20;
    private static final int FEWEST_DIGITS = 8;

    private static final byte[] DICTIONARY = EventDictionary.BYTES;
    private static final int HASH_BITS = 12;

    /** How many places with the same beginning are compared. */
    private static final int CANDIDATES = 16;

    private static final int[] DICTIONARY_HEADS = new int[1 << HASH_BITS];
    private static final int[] DICTIONARY_BEFORE = new int[DICTIONARY.length];
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    static {
        Arrays.fill(DICTIONARY_HEADS, -1);
        for (int i = 0; i + SHORTEST_COPY <= DICTIONARY.length; i++) {
            int hash = hash(DICTIONARY, i);
            DICTIONARY_BEFORE[i] = DICTIONARY_HEADS[hash];
            DICTIONARY_HEADS[hash] = i;
        }
    }

    /** Tables of one thread, for its next event. */
    private static final class Tables {
        private final int[] heads = new int[1 << HASH_BITS];
        private final int[] before = new int[LONGEST];
    }

    private static final ThreadLocal<Tables> TABLES = ThreadLocal.withInitial(Tables::new);

    private final byte[] plain;
    private final Tables tables;
    private byte[] out;
    private int length;
    private int literalsFrom;
    private int indexed;
    private int found;
    private int foundBack;

    private PackedEvent(byte[] plain) {
        this.plain = plain;
        this.tables = TABLES.get();
        this.out = new byte[plain.length + 16];
        Arrays.fill(tables.heads, -1);
    }

    /** Whether these bytes are packed. */
    static boolean is(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == MARK;
    }

    /** The packed form, or the bytes themselves when that is not shorter. @param more of their envelope */
    static byte[] pack(byte[] plain, int more) {
        return plain.length > LONGEST ? plain : new PackedEvent(plain).packed(more);
    }

    private byte[] packed(int more) {
        out[length++] = MARK;
        number(more);
        number(plain.length);
        int at = 0;
        while (at < plain.length) {
            at += step(at);
            if (length + (at - literalsFrom) + 24 >= plain.length) {
                return plain;
            }
        }
        literals(at);
        return length < plain.length ? Arrays.copyOf(out, length) : plain;
    }

    /** Writes what stands at a place and says how long that is; single bytes are written later, together. */
    private int step(int at) {
        find(at);
        if (found < UUID_LENGTH && isUuid(at)) {
            literals(at);
            out[length++] = (byte) UUID;
            for (int i = at; i < at + UUID_LENGTH; i += plain[i] == '-' ? 1 : 2) {
                if (plain[i] != '-') {
                    out[length++] = (byte) (digit(plain[i]) << 4 | digit(plain[i + 1]));
                }
            }
            return written(at, UUID_LENGTH);
        }
        long seconds = found < TIME_LENGTH ? seconds(at) : -1;
        if (seconds >= 0) {
            literals(at);
            out[length++] = (byte) TIME;
            for (int shift = 32; shift >= 0; shift -= 8) {
                out[length++] = (byte) (seconds >> shift);
            }
            return written(at, TIME_LENGTH);
        }
        int digits = digits(at);
        if (digits >= FEWEST_DIGITS && found < digits) {
            literals(at);
            out[length++] = (byte) (HEX + digits / 2 - 1);
            for (int i = at; i < at + digits; i += 2) {
                out[length++] = (byte) (digit(plain[i]) << 4 | digit(plain[i + 1]));
            }
            return written(at, digits);
        }
        if (found >= SHORTEST_COPY) {
            literals(at);
            copy();
            return written(at, found);
        }
        index(at + 1);
        return 1;
    }

    private void copy() {
        if (found < LONG_COPY) {
            out[length++] = (byte) (COPY + found - SHORTEST_COPY);
        } else {
            out[length++] = (byte) 0xff;
            number(found - LONG_COPY);
        }
        number(foundBack);
    }

    private int written(int at, int count) {
        literalsFrom = at + count;
        index(at + count);
        return count;
    }

    private void literals(int to) {
        while (literalsFrom < to) {
            int count = Math.min(LITERALS, to - literalsFrom);
            out[length++] = (byte) (count - 1);
            System.arraycopy(plain, literalsFrom, out, length, count);
            length += count;
            literalsFrom += count;
        }
    }

    private void number(int value) {
        int rest = value;
        while (rest > 0x7f) {
            out[length++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out[length++] = (byte) rest;
    }

    private void index(int to) {
        for (; indexed < to && indexed + SHORTEST_COPY <= plain.length; indexed++) {
            int hash = hash(plain, indexed);
            tables.before[indexed] = tables.heads[hash];
            tables.heads[hash] = indexed;
        }
    }

    /** The longest of what stands before that goes on as this place does. */
    private void find(int at) {
        found = 0;
        foundBack = 0;
        if (at + SHORTEST_COPY > plain.length) {
            return;
        }
        int hash = hash(plain, at);
        int tries = CANDIDATES;
        for (int from = tables.heads[hash]; from >= 0 && tries-- > 0; from = tables.before[from]) {
            if (mayBeBetter(plain, from, at)) {
                better(same(plain, from, at), at - from);
            }
        }
        for (int from = DICTIONARY_HEADS[hash]; from >= 0 && tries-- > 0; from = DICTIONARY_BEFORE[from]) {
            if (mayBeBetter(DICTIONARY, from, at)) {
                better(same(DICTIONARY, from, at), at + DICTIONARY.length - from);
            }
        }
    }

    private boolean mayBeBetter(byte[] other, int from, int at) {
        return found == 0
                || at + found < plain.length && from + found < other.length && other[from + found] == plain[at + found];
    }

    private void better(int same, int back) {
        if (same >= SHORTEST_COPY && same > found) {
            found = same;
            foundBack = back;
        }
    }

    private int same(byte[] other, int from, int at) {
        int most = Math.min(plain.length - at, other.length - from);
        int count = 0;
        while (count < most && other[from + count] == plain[at + count]) {
            count++;
        }
        return count;
    }

    private static int hash(byte[] bytes, int at) {
        int four = bytes[at] & 0xff
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xff) << 24;
        return four * 0x9E3779B1 >>> 32 - HASH_BITS;
    }

    private boolean isUuid(int at) {
        if (at + UUID_LENGTH > plain.length || plain[at + 8] != '-') {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? plain[at + i] != '-' : digit(plain[at + i]) < 0) {
                return false;
            }
        }
        return true;
    }

    private int digits(int at) {
        int most = Math.min(plain.length - at, 2 * MOST_HEX);
        int count = 0;
        while (count < most && digit(plain[at + count]) >= 0) {
            count++;
        }
        return count & ~1;
    }

    private static int digit(byte c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }

    /** Of a time that is written so again; -1 for anything else. */
    private long seconds(int at) {
        if (at + TIME_LENGTH > plain.length
                || plain[at + TIME_LENGTH - 1] != 'Z'
                || plain[at + 10] != 'T'
                || plain[at + 4] != '-'
                || plain[at] != '2') {
            return -1;
        }
        if (plain[at + 7] != '-' || plain[at + 13] != ':' || plain[at + 16] != ':') {
            return -1;
        }
        int year = two(at) * 100 + two(at + 2);
        int month = two(at + 5);
        int day = two(at + 8);
        int hour = two(at + 11);
        int minute = two(at + 14);
        int second = two(at + 17);
        // The last days of months are left as they are.
        if (year < 2000 || month < 1 || month > 12 || day < 1 || day > 28) {
            return -1;
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return -1;
        }
        return LocalDate.of(year, month, day).toEpochDay() * 86_400 + hour * 3_600 + minute * 60 + second;
    }

    /** Negative for no digits, also in a sum. */
    private int two(int at) {
        int tens = plain[at] - '0';
        int ones = plain[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -100_000 : tens * 10 + ones;
    }

    /** The envelope's {@code more} of a packed event. @throws IllegalArgumentException for broken bytes */
    static int following(byte[] packed) {
        return new Reader(packed).number();
    }

    /** The plain bytes. @throws IllegalArgumentException for broken ones */
    static byte[] unpack(byte[] packed) {
        Reader reader = new Reader(packed);
        reader.number();
        int length = reader.number();
        if (length > LONGEST) {
            throw broken();
        }
        byte[] plain = new byte[length];
        int at = 0;
        try {
            while (at < length) {
                at = reader.next(plain, at);
            }
        } catch (IndexOutOfBoundsException e) {
            throw broken();
        }
        if (at != length || reader.at != packed.length) {
            throw broken();
        }
        return plain;
    }

    private static IllegalArgumentException broken() {
        return new IllegalArgumentException("not the bytes of a packed event");
    }

    private static final class Reader {
        private final byte[] packed;
        private int at = 1;

        private Reader(byte[] packed) {
            this.packed = packed;
        }

        private int number() {
            int value = 0;
            for (int shift = 0; shift < 32; shift += 7) {
                if (at >= packed.length) {
                    throw broken();
                }
                byte next = packed[at++];
                value |= (next & 0x7f) << shift;
                if (next >= 0) {
                    if (value < 0) {
                        throw broken();
                    }
                    return value;
                }
            }
            throw broken();
        }

        private int next(byte[] plain, int to) {
            int code = packed[at++] & 0xff;
            if (code >= COPY) {
                int count = code == 0xff ? LONG_COPY + number() : code - COPY + SHORTEST_COPY;
                return copy(plain, to, count, number());
            }
            if (code < LITERALS) {
                System.arraycopy(packed, at, plain, to, code + 1);
                at += code + 1;
                return to + code + 1;
            }
            if (code == TIME) {
                long seconds = 0;
                for (int i = 0; i < 5; i++) {
                    seconds = seconds << 8 | packed[at++] & 0xff;
                }
                byte[] text = Instant.ofEpochSecond(seconds).toString().getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(text, 0, plain, to, TIME_LENGTH);
                return to + TIME_LENGTH;
            }
            if (code > UUID) {
                throw broken();
            }
            int count = code == UUID ? 16 : code - HEX + 1;
            int place = to;
            for (int i = 0; i < count; i++) {
                if (code == UUID && (i == 4 || i == 6 || i == 8 || i == 10)) {
                    plain[place++] = '-';
                }
                plain[place++] = DIGITS[packed[at] >> 4 & 0xf];
                plain[place++] = DIGITS[packed[at++] & 0xf];
            }
            return place;
        }

        private int copy(byte[] plain, int to, int count, int back) {
            if (back == 0 || back > to + DICTIONARY.length) {
                throw broken();
            }
            if (back > to) {
                System.arraycopy(DICTIONARY, DICTIONARY.length - (back - to), plain, to, count);
            } else {
                for (int i = 0; i < count; i++) {
                    plain[to + i] = plain[to + i - back];
                }
            }
            return to + count;
        }
    }
}
