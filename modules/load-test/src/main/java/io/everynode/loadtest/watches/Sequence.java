package io.everynode.loadtest.watches;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the number of a change, and the version it has got, in the bytes of a watch event without reading the rest: the
 * driver shares the processors with the server. Pure.
 */
final class Sequence {

    /** How a status message begins that holds the number. */
    static final String MESSAGE = "load-test change ";

    private static final byte[] NUMBER = ("\"" + MESSAGE).getBytes(StandardCharsets.UTF_8);
    private static final byte[] VERSION = "\"resourceVersion\":\"".getBytes(StandardCharsets.UTF_8);

    private Sequence() {}

    /**
     * A merge patch of a Pod's status.
     *
     * @param run differs between runs, so that the same number is a change again
     */
    static String patch(int number, String run) {
        return "{\"status\":{\"message\":\"" + MESSAGE + number + " of run " + run + "\"}}";
    }

    /** The number of the last change of the object; -1 when there was none. */
    static int number(byte[] event) {
        return (int) digits(event, NUMBER);
    }

    /** The object's version; -1 when it has none. */
    static long version(byte[] event) {
        return digits(event, VERSION);
    }

    private static long digits(byte[] text, byte[] name) {
        for (int at = 0; at <= text.length - name.length; at++) {
            if (text[at] == '"' && Arrays.equals(text, at, at + name.length, name, 0, name.length)) {
                return digits(text, at + name.length);
            }
        }
        return -1;
    }

    private static long digits(byte[] text, int from) {
        long value = 0;
        for (int at = from; at < text.length && text[at] >= '0' && text[at] <= '9'; at++) {
            value = value * 10 + text[at] - '0';
        }
        return value;
    }
}
