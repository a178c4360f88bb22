package io.everynode.nodes.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One connection that speaks HTTP/1.1 and carries one request at a time (RFC 9112). It blocks; closing it from another
 * thread ends what reads. For one thread otherwise.
 */
final class PlainConnection implements AutoCloseable {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] [1-9]\\d\\d( .*)?");
    private static final int BUFFER = 16 * 1024;
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_HEADERS = 200;

    /** More than any list's page. */
    private static final int MAX_BODY = 256 * 1024 * 1024;

    private final URI base;
    private final Socket socket;
    private final InputStream in;
    private boolean kept = true;
    private boolean heard;

    private PlainConnection(URI base, Socket socket) throws IOException {
        this.base = base;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    }

    /** @param tls for https; the server must be the one that the address names */
    static PlainConnection open(URI base, SSLSocketFactory tls, int timeoutMillis) throws IOException {
        boolean secure = base.getScheme().equals("https");
        int port = base.getPort() >= 0 ? base.getPort() : secure ? 443 : 80;
        // An address of version 6 stands in brackets.
        String host = base.getHost().replaceAll("^\\[|]$", "");
        Socket plain = SocketFactory.getDefault().createSocket();
        try {
            plain.connect(new InetSocketAddress(host, port), timeoutMillis);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(timeoutMillis);
            return new PlainConnection(base, secure ? secured(plain, tls, host, port) : plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private static SSLSocket secured(Socket plain, SSLSocketFactory tls, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) tls.createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Whether another request may follow the last one. */
    boolean isKept() {
        return kept;
    }

    /** Whether anything of the last request's answer has come. */
    boolean hasHeard() {
        return heard;
    }

    /**
     * Sends a request and reads its whole answer.
     *
     * @param head lines of the request's head besides the first, each with its end
     */
    PlainAnswer exchange(ApiRequest request, String head, int timeoutMillis) throws IOException {
        heard = false;
        kept = false;
        socket.setSoTimeout(timeoutMillis);
        byte[] start = (request.method() + " " + base.getRawPath() + request.path() + " HTTP/1.1\r\n" + head
                        + (request.method().equals("GET") ? "" : "Content-Length: " + request.body().length + "\r\n")
                        + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[start.length + request.body().length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(request.body(), 0, all, start.length, request.body().length);
        // One piece, so that the server has the body when it has the head.
        socket.getOutputStream().write(all);
        socket.getOutputStream().flush();
        int code = status();
        Map<String, List<String>> headers = headers();
        while (code < 200) {
            code = status();
            headers = headers();
        }
        HttpHeaders read = HttpHeaders.of(headers, (name, value) -> true);
        byte[] body = body(code, read);
        kept = kept && !read.firstValue("connection").orElse("").equalsIgnoreCase("close");
        return new PlainAnswer(base, code, read, body);
    }

    private int status() throws IOException {
        String line = line();
        // HTTP/1.1 200 OK
        if (!STATUS.matcher(line).matches()) {
            throw new IOException("no answer of HTTP/1");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        int count = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || ++count > MAX_HEADERS) {
                throw new IOException("a broken head");
            }
            headers.computeIfAbsent(line.substring(0, colon).trim().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
        }
        return headers;
    }

    private byte[] body(int code, HttpHeaders headers) throws IOException {
        if (code == 204 || code == 304) {
            kept = true;
            return new byte[0];
        }
        if (headers.firstValue("transfer-encoding").orElse("").equalsIgnoreCase("chunked")) {
            byte[] body = chunks();
            kept = true;
            return body;
        }
        String length = headers.firstValue("content-length").orElse("");
        if (length.isEmpty()) {
            return in.readNBytes(MAX_BODY);
        }
        byte[] body = in.readNBytes(number(length, 10));
        if (body.length < number(length, 10)) {
            throw new EOFException("the answer was cut");
        }
        kept = true;
        return body;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line();
            int end = line.indexOf(';');
            int size = number((end < 0 ? line : line.substring(0, end)).trim(), 16);
            if (size == 0) {
                headers();
                return body.toByteArray();
            }
            byte[] chunk = in.readNBytes(size);
            if (chunk.length < size || !line().isEmpty() || body.size() > MAX_BODY - size) {
                throw new IOException("a broken body");
            }
            body.writeBytes(chunk);
        }
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text, radix);
            if (number >= 0 && number <= MAX_BODY) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("a broken length", e);
        }
        throw new IOException("a broken length");
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            heard = true;
            if (line.size() > MAX_LINE) {
                throw new IOException("a line too long");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
