package io.everynode.core.audit;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The request that led to a change, as the cause in the envelope of its events. Its text is {@code request ID}, or
 * {@code request ID ADDRESS METHOD PATH}, then maybe {@code by=USER} and {@code command=TEXT}; within these, blanks,
 * control characters, {@code %} and what is not ASCII are escaped as {@code %XX} of their UTF-8 form. It is a text, so
 * that every version can read every other's events.
 *
 * @param id the answer's Audit-Id
 * @param address of the client's end of the connection; "" when it was not recorded, as are all that follow
 * @param method such as PATCH
 * @param path decoded, without parameters
 * @param sender who sent it for somebody else; "" when nobody did
 * @param command what the client says it was called with, such as "kubectl apply"; "" when it says nothing
 */
public record RequestCause(String id, String address, String method, String path, String sender, String command) {

    /** Longer paths are cut: it goes into every event that the request causes. */
    static final int LONGEST_PATH = 600;

    static final int LONGEST_COMMAND = 60;
    static final int LONGEST_SENDER = 256;

    private static final String REQUEST = "request ";
    private static final String BY = "by=";
    private static final String COMMAND = "command=";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    /** One of which only the id is recorded. */
    public static RequestCause of(String id) {
        return new RequestCause(id, "", "", "", "", "");
    }

    public boolean isDetailed() {
        return !method.isEmpty();
    }

    public String text() {
        StringBuilder text = new StringBuilder(REQUEST).append(id);
        if (!isDetailed()) {
            return text.toString();
        }
        text.append(' ').append(address.isEmpty() ? "-" : escaped(address, LONGEST_SENDER));
        text.append(' ').append(escaped(method, LONGEST_COMMAND));
        text.append(' ').append(path.isEmpty() ? "/" : escaped(path, LONGEST_PATH));
        if (!sender.isEmpty()) {
            text.append(' ').append(BY).append(escaped(sender, LONGEST_SENDER));
        }
        if (!command.isEmpty()) {
            text.append(' ').append(COMMAND).append(escaped(command, LONGEST_COMMAND));
        }
        return text.toString();
    }

    /** Empty for a cause that is no request. */
    public static Optional<RequestCause> parse(String cause) {
        if (!cause.startsWith(REQUEST)) {
            return Optional.empty();
        }
        String[] parts = cause.split(" ", -1);
        if (parts.length < 5) {
            return Optional.of(of(parts[1]));
        }
        String sender = "";
        String command = "";
        for (int i = 5; i < parts.length; i++) {
            if (parts[i].startsWith(BY)) {
                sender = unescaped(parts[i].substring(BY.length()));
            } else if (parts[i].startsWith(COMMAND)) {
                command = unescaped(parts[i].substring(COMMAND.length()));
            }
        }
        String address = parts[2].equals("-") ? "" : unescaped(parts[2]);
        return Optional.of(
                new RequestCause(parts[1], address, unescaped(parts[3]), unescaped(parts[4]), sender, command));
    }

    private static String escaped(String text, int longest) {
        int end = Math.min(text.length(), longest);
        if (end < text.length() && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder safe = new StringBuilder(end + 8);
        for (byte each : text.substring(0, end).getBytes(StandardCharsets.UTF_8)) {
            int b = each & 0xFF;
            if (b > ' ' && b < 0x7F && b != '%') {
                safe.append((char) b);
            } else {
                safe.append('%').append(HEX[b >> 4]).append(HEX[b & 0xF]);
            }
        }
        return safe.toString();
    }

    private static String unescaped(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            int high = text.charAt(i) == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low < 0) {
                bytes[length++] = (byte) text.charAt(i);
            } else {
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
