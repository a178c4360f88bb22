package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /containerLogs}: a log in chunks, on a connection that ends with it. */
final class LogAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(LogAnswers.class);

    interface Question {
        ContainerLog ask(LogOptions options) throws RuntimeRefusal;
    }

    private final OpenSessions sessions;

    LogAnswers(OpenSessions sessions) {
        this.sessions = sessions;
    }

    void serve(Connection connection, RequestHead head, Question question)
            throws IOException, InterruptedException, RuntimeRefusal {
        Long limit = number(head, "limitBytes", 1);
        ContainerLog log = question.ask(options(head));
        connection.head(200, "Content-Type", "text/plain", "Transfer-Encoding", "chunked", "Connection", "close");
        connection.waitsForEver();
        Gone gone = new Gone(connection.executor());
        sessions.add(gone);
        connection.executor().execute(() -> watch(connection, gone));
        OutputStream chunks = new Chunks(connection.out(), limit == null ? Long.MAX_VALUE : limit, gone);
        try {
            log.writeTo(chunks, gone);
        } catch (LimitReached e) {
            LOG.debug("a log was cut after {} bytes", limit);
        } finally {
            boolean there = !gone.isSo();
            gone.happened();
            if (there) {
                connection.out().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                connection.out().flush();
            }
        }
    }

    /** A client that has asked for a log says nothing more; what comes is its end. */
    private static void watch(Connection connection, Gone gone) {
        try {
            while (connection.in().read() >= 0) {
                // Bytes of no meaning.
            }
        } catch (IOException e) {
            LOG.debug("the reader of a log has gone: {}", e.toString());
        }
        gone.happened();
    }

    private static LogOptions options(RequestHead head) throws RuntimeRefusal {
        Instant since = null;
        Long seconds = number(head, "sinceSeconds", 1);
        String time = head.parameter("sinceTime");
        if (seconds != null) {
            since = Instant.now().minusSeconds(seconds);
        } else if (!time.isEmpty()) {
            try {
                since = OffsetDateTime.parse(time).toInstant();
            } catch (DateTimeParseException e) {
                throw new RuntimeRefusal(400, "sinceTime is no time in the form of RFC 3339: " + time);
            }
        }
        return new LogOptions(
                head.flag("follow"),
                head.flag("previous"),
                head.flag("timestamps"),
                since,
                number(head, "tailLines", 0));
    }

    private static Long number(RequestHead head, String name, long least) throws RuntimeRefusal {
        String text = head.parameter(name);
        if (text.isEmpty()) {
            return null;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            LOG.debug("{} is no number", name);
        }
        throw new RuntimeRefusal(400, name + " must be a number of at least " + least + ": " + text);
    }

    /** The client has as much as it wanted. */
    private static final class LimitReached extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Chunks extends OutputStream {

        private final OutputStream out;
        private final Gone gone;
        private long left;

        Chunks(OutputStream out, long limit, Gone gone) {
            this.out = out;
            this.left = limit;
            this.gone = gone;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return;
            }
            if (left == 0) {
                throw new LimitReached();
            }
            if (gone.isSo()) {
                throw new IOException("the client has gone");
            }
            int piece = (int) Math.min(length, left);
            byte[] size = (Integer.toHexString(piece) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            byte[] chunk = new byte[size.length + piece + 2];
            System.arraycopy(size, 0, chunk, 0, size.length);
            System.arraycopy(bytes, offset, chunk, size.length, piece);
            chunk[chunk.length - 2] = '\r';
            chunk[chunk.length - 1] = '\n';
            out.write(chunk);
            out.flush();
            left -= piece;
            if (left == 0) {
                throw new LimitReached();
            }
        }
    }
}
