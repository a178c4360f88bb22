package io.everynode.objects.decode;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Says where a text stops being JSON in the words of Go's encoding/json, which clients of Kubernetes know. Looks at the
 * syntax alone; nothing is built.
 */
public final class JsonSyntax {

    private static final int END = -1;

    private final byte[] text;
    private final Deque<Character> open = new ArrayDeque<>();
    private int at;

    private JsonSyntax(byte[] text) {
        this.text = text;
    }

    /** Ends the reading at the first character that does not fit. */
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message, null, false, false);
        }
    }

    /** The first thing that is wrong; empty for well-formed JSON. */
    public static Optional<String> problem(byte[] text) {
        try {
            new JsonSyntax(text).read();
            return Optional.empty();
        } catch (Broken e) {
            return Optional.of(e.getMessage());
        }
    }

    private void read() {
        value();
        while (!open.isEmpty()) {
            int c = skipSpace();
            if (open.peek() == '{') {
                inObject(c);
            } else {
                inArray(c);
            }
        }
        int c = skipSpace();
        if (c != END) {
            throw wrong(c, "after top-level value");
        }
    }

    /** After a member. */
    private void inObject(int c) {
        if (c == '}') {
            at++;
            open.pop();
        } else if (c == ',') {
            at++;
            key(skipSpace());
        } else {
            throw wrong(c, "after object key:value pair");
        }
    }

    /** After an element. */
    private void inArray(int c) {
        if (c == ']') {
            at++;
            open.pop();
        } else if (c == ',') {
            at++;
            value();
        } else {
            throw wrong(c, "after array element");
        }
    }

    private void key(int c) {
        if (c != '"') {
            throw wrong(c, "looking for beginning of object key string");
        }
        string();
        int colon = skipSpace();
        if (colon != ':') {
            throw wrong(colon, "after object key");
        }
        at++;
        value();
    }

    /** A value; of an object or array as much as leads to the first one that is none. */
    private void value() {
        while (true) {
            int c = skipSpace();
            switch (c) {
                case '{' -> {
                    at++;
                    int next = skipSpace();
                    open.push('{');
                    if (next != '}') {
                        if (next != '"') {
                            throw wrong(next, "looking for beginning of object key string");
                        }
                        string();
                        int colon = skipSpace();
                        if (colon != ':') {
                            throw wrong(colon, "after object key");
                        }
                        at++;
                        continue;
                    }
                    at++;
                    open.pop();
                }
                case '[' -> {
                    at++;
                    open.push('[');
                    if (skipSpace() != ']') {
                        continue;
                    }
                    at++;
                    open.pop();
                }
                case '"' -> string();
                case 't' -> literal("true");
                case 'f' -> literal("false");
                case 'n' -> literal("null");
                default -> number(c);
            }
            return;
        }
    }

    private void literal(String word) {
        for (int i = 1; i < word.length(); i++) {
            at++;
            int c = current();
            if (c != word.charAt(i)) {
                throw wrong(c, "in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
        at++;
    }

    private void string() {
        while (true) {
            at++;
            int c = current();
            if (c == '"') {
                at++;
                return;
            }
            if (c == '\\') {
                at++;
                escape(current());
            } else if (c < ' ') {
                throw wrong(c, "in string literal");
            }
        }
    }

    private void escape(int c) {
        if (c == 'u') {
            for (int i = 0; i < 4; i++) {
                at++;
                int digit = current();
                if (Character.digit(digit, 16) < 0) {
                    throw wrong(digit, "in \\u hexadecimal character escape");
                }
            }
        } else if ("bfnrt\\/\"".indexOf(c) < 0) {
            throw wrong(c, "in string escape code");
        }
    }

    private void number(int first) {
        int c = first;
        if (c == '-') {
            at++;
            c = current();
            if (c < '0' || c > '9') {
                throw wrong(c, "in numeric literal");
            }
        } else if (c < '0' || c > '9') {
            throw wrong(c, "looking for beginning of value");
        }
        at++;
        if (c != '0') {
            digits();
        }
        if (current() == '.') {
            at++;
            oneDigit("after decimal point in numeric literal");
            digits();
        }
        if (current() == 'e' || current() == 'E') {
            at++;
            if (current() == '+' || current() == '-') {
                at++;
            }
            oneDigit("in exponent of numeric literal");
            digits();
        }
    }

    private void oneDigit(String where) {
        int c = current();
        if (c < '0' || c > '9') {
            throw wrong(c, where);
        }
    }

    private void digits() {
        while (current() >= '0' && current() <= '9') {
            at++;
        }
    }

    private int skipSpace() {
        while (current() == ' ' || current() == '\t' || current() == '\r' || current() == '\n') {
            at++;
        }
        return current();
    }

    private int current() {
        return at < text.length ? text[at] & 0xff : END;
    }

    private static Broken wrong(int c, String where) {
        return new Broken(
                c == END ? "unexpected end of JSON input" : "invalid character " + quoted((char) c) + " " + where);
    }

    private static String quoted(char c) {
        return switch (c) {
            case '\'' -> "'\\''";
            case '"' -> "'\"'";
            case '\\' -> "'\\\\'";
            case '\n' -> "'\\n'";
            case '\r' -> "'\\r'";
            case '\t' -> "'\\t'";
            default ->
                Character.isISOControl(c)
                        ? String.format(c < 0x80 ? "'\\x%02x'" : "'\\u%04x'", (int) c)
                        : "'" + c + "'";
        };
    }
}
