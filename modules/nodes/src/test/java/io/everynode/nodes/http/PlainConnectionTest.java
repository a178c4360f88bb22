package io.everynode.nodes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a socket that answers what a test says, byte for byte. */
class PlainConnectionTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> answering = new LinkedBlockingQueue<>();
    private ServerSocket server;
    private KeptConnections connections;

    @BeforeEach
    void start() throws Exception {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "server");
        thread.setDaemon(true);
        thread.start();
        connections = new KeptConnections(
                ClusterAccess.of(List.of("http://127.0.0.1:" + server.getLocalPort())), "test", PATIENCE);
    }

    @AfterEach
    void stop() throws IOException {
        connections.close();
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                accepted.add(socket);
                Thread thread = new Thread(() -> answer(socket), "connection");
                thread.setDaemon(true);
                thread.start();
                answering.add(thread);
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[4096];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                requests.add(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                String answer = answers.poll(30, TimeUnit.SECONDS);
                if (answer == null) {
                    return;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                if (answer.contains("Connection: close")) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            return;
        }
    }

    private CompletableFuture<HttpResponse<byte[]>> send(String method, String body) {
        ApiRequest request =
                new ApiRequest(method, "/a?b=c", "application/json", body.getBytes(StandardCharsets.ISO_8859_1));
        return connections.send(URI.create("http://127.0.0.1:" + server.getLocalPort()), request, PATIENCE);
    }

    private String text(String answer) throws Exception {
        answers.add(answer);
        return new String(send("PATCH", "{}").get(30, TimeUnit.SECONDS).body(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void bodiesOfAllFormsAreReadOverOneConnection() throws Exception {
        assertThat(text(OK)).isEqualTo("ok");
        assertThat(requests.take())
                .startsWith("PATCH /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\n")
                .contains(
                        "\r\nUser-Agent: test\r\n",
                        "\r\nContent-Type: application/json\r\n",
                        "\r\nContent-Length: 2\r\n")
                .endsWith("\r\n\r\n{}");
        assertThat(text("HTTP/1.1 100 Continue\r\n\r\n" + OK)).isEqualTo("ok");
        assertThat(
                        text(
                                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;x=y\r\nok\r\nA\r\n0123456789\r\n0\r\nt: u\r\n\r\n"))
                .isEqualTo("ok0123456789");
        assertThat(text("HTTP/1.1 204 No Content\r\n\r\n")).isEmpty();
        answers.add("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n");
        HttpResponse<byte[]> refused = send("GET", "").get(30, TimeUnit.SECONDS);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("3");
        assertThat(accepted).hasSize(1);
    }

    @Test
    void aConnectionThatTheServerEndsIsNotUsedAgain() throws Exception {
        assertThat(text("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end"))
                .isEqualTo("to the end");
        assertThat(text(OK)).isEqualTo("ok");
        assertThat(accepted).hasSize(2);
        // Ended while nobody used it: the request goes over another one.
        accepted.take();
        accepted.take().close();
        // One that still reads may get the next request, and take its answer.
        answering.take().join();
        answering.take().join();
        assertThat(text(OK)).isEqualTo("ok");
    }

    @Test
    void whatIsNoAnswerFailsAndIsNotSentAgain() {
        for (String broken : List.of(
                "SMTP ready\r\n",
                "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")) {
            requests.clear();
            assertThatThrownBy(() -> text(broken)).as(broken).hasCauseInstanceOf(IOException.class);
            assertThat(requests).as(broken).hasSize(1);
        }
    }

    @Test
    void cancellingEndsTheConnection() throws Exception {
        CompletableFuture<HttpResponse<byte[]>> sent = send("GET", "");
        requests.take();
        sent.cancel(true);
        Socket socket = accepted.take();
        answers.add("HTTP/1.1 200 OK\r\n");
        // The server's thread reads the end and closes its side.
        while (!socket.isClosed()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(text(OK)).isEqualTo("ok");
    }
}
