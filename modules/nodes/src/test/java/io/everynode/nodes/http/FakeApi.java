package io.everynode.nodes.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server that answers as a test tells it, also as no proper server would. */
final class FakeApi implements AutoCloseable {

    record Request(String method, String target, String body) {

        boolean isWatchOf(String plural) {
            return target.startsWith("/api/v1/" + plural + "?watch");
        }

        boolean isListOf(String plural) {
            return target.startsWith("/api/v1/" + plural + "?limit");
        }

        /** The value of a query's parameter, "" without it. */
        String parameter(String name) {
            for (String each : target.substring(target.indexOf('?') + 1).split("&")) {
                if (each.startsWith(name + "=")) {
                    return each.substring(name.length() + 1);
                }
            }
            return "";
        }
    }

    /** Where an answer goes. */
    final class Exchange {
        private final OutputStream out;

        private Exchange(OutputStream out) {
            this.out = out;
        }

        void answer(int code, String body, String... headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + code + " X\r\nContent-Length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            write(head + "\r\n" + body);
        }

        void beginStream() throws IOException {
            write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        void chunk(String text) throws IOException {
            write(Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n");
        }

        void endStream() throws IOException {
            write("0\r\n\r\n");
        }

        /** The connection ends here, whatever was promised. */
        void cut() throws IOException {
            throw new IOException("cut");
        }

        /** Nothing more is said until the server closes. */
        void silence() throws InterruptedException {
            closed.await();
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    interface Handler {
        void handle(Request request, Exchange exchange) throws IOException, InterruptedException;
    }

    /** Every request but those of probes. */
    final List<Request> requests = new CopyOnWriteArrayList<>();

    final AtomicInteger probes = new AtomicInteger();

    private final Handler handler;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    FakeApi(Handler handler) throws IOException {
        this.handler = handler;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "fake-api");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                open.add(socket);
                thread(() -> serve(socket));
            }
        } catch (IOException e) {
            closed.countDown();
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream())) {
            Exchange exchange = new Exchange(socket.getOutputStream());
            for (Request request = read(in); request != null; request = read(in)) {
                if (request.target().equals("/readyz")) {
                    probes.incrementAndGet();
                } else {
                    requests.add(request);
                }
                handler.handle(request, exchange);
            }
        } catch (IOException | InterruptedException e) {
            // The connection is closed, which is all there is to say.
            open.remove(socket);
        }
    }

    private static Request read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        String[] words = first.split(" ");
        return new Request(words[0], words[1], body);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        closed.countDown();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
