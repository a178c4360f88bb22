package io.everynode.loadtest.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Splits a stream into lines, without decoding them. For one thread. */
final class LineReader {

    private static final int BUFFER = 1 << 16;

    private final InputStream stream;
    private byte[] buffer = new byte[BUFFER];
    private int begin;
    private int end;

    LineReader(InputStream stream) {
        this.stream = stream;
    }

    /** The next line that is not empty, without its end; null at the stream's end, where a cut line is dropped. */
    byte[] next() throws IOException {
        int searched = begin;
        while (true) {
            for (int at = searched; at < end; at++) {
                if (buffer[at] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, begin, at);
                    begin = at + 1;
                    if (line.length > 0) {
                        return line;
                    }
                }
            }
            searched = end - begin;
            makeRoom();
            int read = stream.read(buffer, end, buffer.length - end);
            if (read < 0) {
                return null;
            }
            end += read;
        }
    }

    private void makeRoom() {
        if (begin > 0) {
            System.arraycopy(buffer, begin, buffer, 0, end - begin);
            end -= begin;
            begin = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
    }
}
