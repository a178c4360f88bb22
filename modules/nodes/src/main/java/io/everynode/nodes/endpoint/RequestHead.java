package io.everynode.nodes.endpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The head of an HTTP/1 request.
 *
 * @param segments of the path, decoded
 * @param query decoded; values of a name in order
 * @param headers by name in lower case; values of a name in order
 */
record RequestHead(
        String method,
        String version,
        List<String> segments,
        Map<String, List<String>> query,
        Map<String, List<String>> headers) {

    private static final int MAX_BYTES = 64 * 1024;

    /** Two line ends. */
    private static final int END = 4;

    /** A request that cannot be read; the connection cannot go on. */
    static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /** Null when the client has closed instead. */
    static RequestHead read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        int matched = 0;
        while (matched < END) {
            int b = in.read();
            if (b < 0) {
                if (bytes.size() == 0) {
                    return null;
                }
                throw new Unreadable("the request ends within its head");
            }
            bytes.write(b);
            if (bytes.size() > MAX_BYTES) {
                throw new Unreadable("the head of the request is larger than " + MAX_BYTES + " bytes");
            }
            matched = b == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return parse(bytes.toString(StandardCharsets.ISO_8859_1));
    }

    private static RequestHead parse(String text) throws Unreadable {
        // The limit keeps empty lines, so that there is a first one.
        String[] lines = text.substring(0, text.length() - END).split("\r\n", -1);
        String[] first = lines[0].split(" ");
        if (first.length != 3 || !first[2].matches("HTTP/1\\.[01]") || !first[1].startsWith("/")) {
            throw new Unreadable("malformed request line");
        }
        Map<String, List<String>> headers = new HashMap<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new Unreadable("malformed header");
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        int question = first[1].indexOf('?');
        String path = question < 0 ? first[1] : first[1].substring(0, question);
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            segments.add(decoded(segment.replace("+", "%2B")));
        }
        Map<String, List<String>> query = new HashMap<>();
        if (question >= 0) {
            for (String pair : first[1].substring(question + 1).split("&")) {
                int equals = pair.indexOf('=');
                query.computeIfAbsent(decoded(equals < 0 ? pair : pair.substring(0, equals)), name -> new ArrayList<>())
                        .add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return new RequestHead(first[0], first[2], segments, query, headers);
    }

    private static String decoded(String text) throws Unreadable {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Unreadable("malformed escape");
        }
    }

    /** The first value, or "". */
    String parameter(String name) {
        return query.getOrDefault(name, List.of("")).get(0);
    }

    /** As upstream converts: false when absent, "false" or "0". */
    boolean flag(String name) {
        List<String> values = query.get(name);
        return values != null
                && !values.get(0).equalsIgnoreCase("false")
                && !values.get(0).equals("0");
    }

    /** The values of a header, also those that stand in one line between commas. */
    List<String> header(String name) {
        List<String> values = new ArrayList<>();
        for (String line : headers.getOrDefault(name, List.of())) {
            for (String value : line.split(",")) {
                if (!value.isBlank()) {
                    values.add(value.strip());
                }
            }
        }
        return values;
    }

    private boolean says(String name, String word) {
        return header(name).stream().anyMatch(word::equalsIgnoreCase);
    }

    /** To which protocol the client wants to change. */
    boolean upgradesTo(String protocol) {
        return says("connection", "upgrade") && says("upgrade", protocol);
    }

    boolean hasBody() {
        return headers.containsKey("transfer-encoding")
                || header("content-length").stream().anyMatch(length -> !length.equals("0"));
    }

    /** Whether the client may ask again on this connection. */
    boolean keepsConnection() {
        return version.equals("HTTP/1.1") && !says("connection", "close") && !hasBody();
    }
}
