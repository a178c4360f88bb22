package io.everynode.apiserver;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * What a kubelet answers to a request to upgrade.
 *
 * @param headers in order, as they came
 * @param body of a refusal; as far as it was read
 */
record UpgradeAnswer(int code, List<Header> headers, ByteString body) {

    static final int SWITCHING = 101;

    record Header(String name, String value) {}

    /** @param head without the empty line at its end; empty when it is no head of HTTP/1 */
    static Optional<UpgradeAnswer> parse(ByteString head) {
        String[] lines = head.decodeString(StandardCharsets.ISO_8859_1).split("\r\n");
        if (!lines[0].matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) {
            return Optional.empty();
        }
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.add(new Header(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip()));
            }
        }
        int code = Integer.parseInt(lines[0].substring(9, 12));
        return Optional.of(new UpgradeAnswer(code, List.copyOf(headers), ByteString.emptyByteString()));
    }

    /** The first of that name, or "". */
    String header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst()
                .orElse("");
    }

    private boolean isChunked() {
        return header("Transfer-Encoding").toLowerCase(Locale.ROOT).contains("chunked");
    }

    /** Whether these bytes are all of the body, so that nobody need wait for the connection's end. */
    boolean isWhole(ByteString read) {
        if (isChunked()) {
            return read.takeRight(5).utf8String().equals("0\r\n\r\n");
        }
        try {
            return read.size() >= Integer.parseInt(header("Content-Length"));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    UpgradeAnswer withBody(ByteString read) {
        return new UpgradeAnswer(code, headers, isChunked() ? unchunked(read) : read);
    }

    private static ByteString unchunked(ByteString read) {
        ByteStringBuilder body = new ByteStringBuilder();
        ByteString rest = read;
        while (true) {
            int end = rest.indexOf('\n');
            if (end < 0) {
                return body.result();
            }
            int size;
            try {
                size = Integer.parseInt(rest.take(end).utf8String().strip(), 16);
            } catch (NumberFormatException e) {
                return body.result();
            }
            body.append(rest.drop(end + 1).take(size));
            rest = rest.drop(end + 1 + size + 2);
        }
    }
}
