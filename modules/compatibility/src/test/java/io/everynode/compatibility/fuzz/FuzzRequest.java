package io.everynode.compatibility.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One request of a run, a function of the run's seed and its index alone.
 *
 * @param target path and query, as they go into the request line
 * @param body empty for none
 * @param broken the bytes to send instead of a request; null for a request that is HTTP
 */
record FuzzRequest(
        int index, String method, String target, List<Map.Entry<String, String>> headers, byte[] body, byte[] broken) {

    private static final int SHOWN = 4000;

    /** Whether the answer may go on for ever. */
    boolean mayStream() {
        return target.contains("watch") || target.contains("follow");
    }

    /** Whether what it does is to be forgotten even if it is accepted. */
    boolean isDryRun() {
        return target.contains("dryRun=All");
    }

    boolean isWrite() {
        return broken != null || !method.equals("GET") && !method.equals("HEAD") && !method.equals("OPTIONS");
    }

    byte[] bytes() {
        if (broken != null) {
            return broken;
        }
        StringBuilder head =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: fuzz\r\n");
        for (Map.Entry<String, String> header : headers) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        if (body.length > 0 || !method.equals("GET")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    /** For the report of a failure: printable, and cut. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("request " + index + ":\n");
        for (byte each : bytes()) {
            char c = (char) (each & 0xff);
            if (text.length() > SHOWN) {
                return text.append("… (")
                        .append(bytes().length)
                        .append(" bytes)")
                        .toString();
            }
            if (c == '\n' || c >= ' ' && c < 0x7f) {
                text.append(c);
            } else if (c != '\r') {
                text.append(String.format("\\x%02x", (int) c));
            }
        }
        return text.toString();
    }
}
