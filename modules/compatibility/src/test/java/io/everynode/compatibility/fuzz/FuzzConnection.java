package io.everynode.compatibility.fuzz;

import io.everynode.nodes.http.ClusterAccess;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;

/**
 * A client that sends whatever bytes it is given, over a connection that is kept as long as the server keeps it. Not
 * thread-safe.
 */
final class FuzzConnection implements AutoCloseable {

    /** An answer takes some milliseconds; a busy machine may need much longer. */
    private static final int LIMIT_MILLIS = 20_000;

    /**
     * @param code 0 when the server closed the connection without an answer
     * @param headers by lower-case name
     */
    record Answer(int code, Map<String, String> headers, byte[] body) {

        static final Answer NONE = new Answer(0, Map.of(), new byte[0]);

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        boolean isJson() {
            return headers.getOrDefault("content-type", "").startsWith("application/json");
        }
    }

    /** No answer in time. */
    static final class Hang extends IOException {
        private static final long serialVersionUID = 1L;

        Hang(String message) {
            super(message);
        }
    }

    private final ClusterAccess access;
    private Socket socket;
    private InputStream in;

    FuzzConnection(ClusterAccess access) {
        this.access = access;
    }

    /** @throws Hang when there is no answer within the limit */
    Answer send(FuzzRequest request) throws IOException {
        if (request.broken() != null) {
            return sendBroken(request.broken());
        }
        boolean fresh = socket == null;
        try {
            connect();
            socket.getOutputStream().write(request.bytes());
            return read(request);
        } catch (SocketTimeoutException e) {
            close();
            throw new Hang("no answer within " + LIMIT_MILLIS + " ms");
        } catch (IOException e) {
            close();
            // The server may have closed the kept connection just now.
            if (!fresh && !(e instanceof Hang)) {
                return send(request);
            }
            throw e;
        }
    }

    /** Sends the bytes and no more, and takes what comes back until the server has had enough. */
    private Answer sendBroken(byte[] bytes) throws IOException {
        close();
        connect();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            in.transferTo(answer);
        } catch (SocketTimeoutException e) {
            throw new Hang("the connection was not closed within " + LIMIT_MILLIS + " ms of its end");
        } catch (SocketException | SSLException e) {
            // The server may reset what it does not want to read to its end.
        } finally {
            close();
        }
        String text = answer.toString(StandardCharsets.ISO_8859_1);
        return text.matches("(?s)HTTP/1\\.[01] \\d{3}.*")
                ? new Answer(Integer.parseInt(text.substring(9, 12)), Map.of(), answer.toByteArray())
                : Answer.NONE;
    }

    private void connect() throws IOException {
        if (socket == null) {
            URI server = access.servers().get(0);
            Socket plain = new Socket();
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(LIMIT_MILLIS);
            plain.connect(new InetSocketAddress(server.getHost(), server.getPort()), LIMIT_MILLIS);
            socket = access.tls() == null
                    ? plain
                    // The host and port have sessions resumed.
                    : access.tls().getSocketFactory().createSocket(plain, server.getHost(), server.getPort(), true);
            in = new BufferedInputStream(socket.getInputStream());
        }
    }

    private Answer read(FuzzRequest request) throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an answer: " + status);
        }
        int code = Integer.parseInt(status.substring(9, 12));
        Map<String, String> headers = new HashMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        if (code < 300 && request.mayStream() && !request.method().equals("HEAD")) {
            close();
            return new Answer(code, headers, new byte[0]);
        }
        byte[] body = request.method().equals("HEAD") || code == 304 || code == 204 ? new byte[0] : body(headers);
        if (headers.getOrDefault("connection", "").equalsIgnoreCase("close")) {
            close();
        }
        return new Answer(code, headers, body);
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (!headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.writeBytes(exactly(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new IOException("the answer ended after " + bytes.length + " of " + size + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed in place of an answer");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
