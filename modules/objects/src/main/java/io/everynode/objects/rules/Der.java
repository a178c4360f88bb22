package io.everynode.objects.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One element of DER (X.690), as far as reading a certificate request needs it. It points into the bytes that it was
 * read from.
 */
final class Der {

    static final int SEQUENCE = 0x30;
    static final int OBJECT_ID = 0x06;
    static final int BIT_STRING = 0x03;

    private final byte[] all;
    private final int start;
    private final int content;
    private final int end;

    private Der(byte[] all, int start, int content, int end) {
        this.all = all;
        this.start = start;
        this.content = content;
        this.end = end;
    }

    /** The element that the bytes are; an {@link IllegalArgumentException} when they are not exactly one. */
    static Der of(byte[] bytes) {
        Der element = read(bytes, 0, bytes.length);
        if (element.end != bytes.length) {
            throw new IllegalArgumentException("asn1: syntax error: trailing data");
        }
        return element;
    }

    private static Der read(byte[] all, int start, int limit) {
        int at = start + 2;
        if (at > limit) {
            throw truncated();
        }
        int length = all[start + 1] & 0xff;
        if (length > 0x80) {
            int bytes = length & 0x7f;
            if (bytes > 3 || at + bytes > limit) {
                throw truncated();
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | all[at++] & 0xff;
            }
        } else if (length == 0x80) {
            throw new IllegalArgumentException("asn1: structure error: indefinite length found (not DER)");
        }
        if (length > limit - at) {
            throw truncated();
        }
        return new Der(all, start, at, at + length);
    }

    private static IllegalArgumentException truncated() {
        return new IllegalArgumentException("asn1: syntax error: data truncated");
    }

    int tag() {
        return all[start] & 0xff;
    }

    Der require(int tag) {
        if (tag() != tag) {
            throw new IllegalArgumentException("asn1: structure error: tags don't match");
        }
        return this;
    }

    List<Der> children() {
        List<Der> children = new ArrayList<>();
        for (int at = content; at < end; ) {
            Der child = read(all, at, end);
            children.add(child);
            at = child.end;
        }
        return children;
    }

    Der child(int index) {
        List<Der> children = children();
        if (index >= children.size()) {
            throw new IllegalArgumentException("asn1: structure error: sequence is too short");
        }
        return children.get(index);
    }

    /** With tag and length. */
    byte[] encoded() {
        return Arrays.copyOfRange(all, start, end);
    }

    byte[] value() {
        return Arrays.copyOfRange(all, content, end);
    }

    /** Such as "1.2.840.10045.4.3.2". */
    String objectId() {
        byte[] bytes = require(OBJECT_ID).value();
        StringBuilder text = new StringBuilder();
        long number = 0;
        for (byte part : bytes) {
            number = number << 7 | part & 0x7f;
            if (part >= 0) {
                if (text.length() == 0) {
                    long first = Math.min(number / 40, 2);
                    text.append(first).append('.').append(number - 40 * first);
                } else {
                    text.append('.').append(number);
                }
                number = 0;
            }
        }
        return text.toString();
    }
}
