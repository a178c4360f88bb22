package io.everynode.nodes.endpoint;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.security.auth.x500.X500Principal;

/** One client's connection, and how answers are written to it. Used by the thread that serves it. */
final class Connection implements AutoCloseable {

    /** A head that does not come, or a handshake that does not end, in that time ends the connection. */
    private static final int PATIENCE_MILLIS = 30_000;

    private static final int BUFFER = 32 * 1024;
    private static final Map<Integer, String> REASONS = Map.of(
            101, "Switching Protocols",
            200, "OK",
            400, "Bad Request",
            403, "Forbidden",
            404, "Not Found",
            405, "Method Not Allowed",
            500, "Internal Server Error");

    private final Socket plain;
    private final SSLSocket socket;
    private final Executor executor;
    private final InputStream in;
    private final OutputStream out;

    /** @param authenticates whether a client must show a certificate */
    Connection(Socket plain, SSLContext tls, boolean authenticates, Executor executor) throws IOException {
        this.plain = plain;
        this.executor = executor;
        plain.setSoTimeout(PATIENCE_MILLIS);
        plain.setTcpNoDelay(true);
        plain.setKeepAlive(true);
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(plain, (InputStream) null, true);
        secured.setNeedClientAuth(authenticates);
        this.socket = secured;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        this.out = socket.getOutputStream();
    }

    /** Whose certificate the client has shown; waits for the handshake. */
    X500Principal caller() throws IOException {
        socket.startHandshake();
        return (X500Principal) socket.getSession().getPeerPrincipal();
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    Executor executor() {
        return executor;
    }

    /** What comes now may be long in coming. */
    void waitsForEver() throws IOException {
        plain.setSoTimeout(0);
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Also while other threads read and write. */
    @Override
    public void close() throws IOException {
        // Without TLS's own goodbye, which would wait for a write that is held up.
        plain.close();
    }

    void text(int code, String text) throws IOException {
        answer(code, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void answer(int code, String type, byte[] body) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type);
        headers.put("Content-Length", String.valueOf(body.length));
        byte[] head = head(code, headers);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        out.write(all);
        out.flush();
    }

    void head(int code, String... namesAndValues) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (!namesAndValues[i + 1].isEmpty()) {
                headers.put(namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        out.write(head(code, headers));
        out.flush();
    }

    private static byte[] head(int code, Map<String, String> headers) {
        StringBuilder text = new StringBuilder("HTTP/1.1 ")
                .append(code)
                .append(' ')
                .append(REASONS.getOrDefault(code, "Status"))
                .append("\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
