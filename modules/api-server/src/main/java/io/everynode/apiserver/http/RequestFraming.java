package io.everynode.apiserver.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads how long the requests of one HTTP/1 connection say they are, and refuses what others may read in another way,
 * more of it than Netty does: that would hide one request in another (RFC 9112, 6.3 and 11.2). Bodies are passed over
 * unread. For one thread.
 */
final class RequestFraming {

    private static final String LENGTH = "content-length:";
    private static final String CODING = "transfer-encoding:";

    /** Longer beginnings of lines matter to nobody here; Netty bounds lines. */
    private static final int KEPT = 128;

    private static final int LONGEST_NUMBER = 18;
    private static final int LONGEST_CHUNK_SIZE = 8;

    private enum Part {
        BEFORE,
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER
    }

    private final byte[] line = new byte[KEPT];
    private int lineLength;
    private Part part = Part.BEFORE;
    private long left;
    private boolean chunked;
    private boolean sized;
    private long heads;

    /** Whether the bytes so far end within a head. */
    boolean isInHead() {
        return part == Part.HEAD || part == Part.BEFORE && lineLength > 0;
    }

    /** How many heads have ended. */
    long heads() {
        return heads;
    }

    /** What is wrong with the framing, once something is; nothing is to be read after that. */
    Optional<String> read(ByteBuf bytes) {
        int end = bytes.writerIndex();
        for (int i = bytes.readerIndex(); i < end; ) {
            if (part == Part.BODY || part == Part.CHUNK) {
                long passed = Math.min(left, end - i);
                left -= passed;
                i += (int) passed;
                if (left == 0) {
                    part = part == Part.BODY ? Part.BEFORE : Part.CHUNK_END;
                }
                continue;
            }
            byte next = bytes.getByte(i++);
            if (next != '\n') {
                if (lineLength < KEPT) {
                    line[lineLength] = next;
                }
                lineLength++;
                continue;
            }
            Optional<String> wrong = lineEnded();
            lineLength = 0;
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private Optional<String> lineEnded() {
        int kept = Math.min(lineLength, KEPT);
        boolean feed = lineLength <= KEPT && kept > 0 && line[kept - 1] == '\r';
        String text = new String(line, 0, feed ? kept - 1 : kept, StandardCharsets.ISO_8859_1);
        switch (part) {
            case BEFORE -> {
                // Empty lines may stand before a request.
                if (!text.isEmpty()) {
                    part = Part.HEAD;
                    left = 0;
                    chunked = false;
                    sized = false;
                }
                return Optional.empty();
            }
            case HEAD -> {
                return headLine(text);
            }
            case CHUNK_SIZE -> {
                return chunkSize(text);
            }
            case CHUNK_END -> {
                part = Part.CHUNK_SIZE;
                return text.isEmpty() ? Optional.empty() : Optional.of("a chunk is not as long as it says");
            }
            default -> {
                part = text.isEmpty() ? Part.BEFORE : part;
                return Optional.empty();
            }
        }
    }

    private Optional<String> headLine(String text) {
        if (text.isEmpty()) {
            heads++;
            if (chunked && sized) {
                return Optional.of("there are a Content-Length and a Transfer-Encoding");
            }
            part = chunked ? Part.CHUNK_SIZE : left > 0 ? Part.BODY : Part.BEFORE;
            return Optional.empty();
        }
        if (begins(text, LENGTH)) {
            String number = text.substring(LENGTH.length()).strip();
            if (lineLength > KEPT || !isNumber(number)) {
                return Optional.of("the Content-Length is not a number");
            }
            long length = Long.parseLong(number);
            if (sized && left != length) {
                return Optional.of("there are two lengths");
            }
            sized = true;
            left = length;
        } else if (begins(text, CODING)) {
            String coding = text.substring(CODING.length()).strip();
            if (chunked || lineLength > KEPT || !coding.toLowerCase(Locale.ROOT).equals("chunked")) {
                return Optional.of("the Transfer-Encoding is not chunked");
            }
            chunked = true;
        }
        return Optional.empty();
    }

    private static boolean begins(String text, String name) {
        return text.regionMatches(true, 0, name, 0, name.length());
    }

    private static boolean isNumber(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NUMBER) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private Optional<String> chunkSize(String text) {
        int extension = text.indexOf(';');
        String size = (extension < 0 ? text : text.substring(0, extension)).stripTrailing();
        boolean hexadecimal = !size.isEmpty()
                && size.length() <= LONGEST_CHUNK_SIZE
                && size.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
        if (!hexadecimal) {
            return Optional.of("the size of a chunk is not a number");
        }
        left = Long.parseLong(size, 16);
        part = left == 0 ? Part.TRAILER : Part.CHUNK;
        return Optional.empty();
    }
}
