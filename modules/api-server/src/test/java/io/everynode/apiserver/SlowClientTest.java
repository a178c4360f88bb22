package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send their requests drop by drop, or heads that cannot be read or are too large. */
class SlowClientTest {

    private static final int PATIENCE_MILLIS = 20_000;

    @RegisterExtension
    static final TestServer server = new TestServer("request-head-timeout = 1500 ms, request-body-timeout = 1500 ms");

    /**
     * Sends the beginning, then one byte of the rest after another, until the server closes.
     *
     * @return what it answered
     */
    private static String dribble(String beginning, String drops) throws IOException, InterruptedException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(beginning.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            Thread drip = new Thread(() -> {
                try {
                    for (int i = 0; !Thread.interrupted(); i++) {
                        out.write(drops.charAt(i % drops.length()));
                        Thread.sleep(100);
                    }
                } catch (IOException | InterruptedException closed) {
                    // The server has enough, or the test has.
                }
            });
            drip.start();
            try {
                return readToEnd(socket);
            } finally {
                drip.interrupt();
                drip.join();
            }
        }
    }

    private static String readToEnd(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[4096];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                answer.write(buffer, 0, n);
            }
        } catch (SocketException reset) {
            // So may be cut who goes on sending.
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "GET /", "GET /version HTTP/1.1\r\nX-Slow: ", "PR", "POST /api HTTP/1.1\r\nHost: h\r\n"})
    void aHeadThatDribblesIsCut(String beginning) throws Exception {
        long began = System.nanoTime();
        String answer = dribble(beginning, "x");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(PATIENCE_MILLIS));
        if (!answer.isEmpty()) {
            assertThat(answer).startsWith("HTTP/1.1 4").contains("\"kind\":\"Status\"");
        }
    }

    @Test
    void aHeadThatStopsIsToldWhatIsWrong() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write("GET /version HTTP/1.1\r\nHost: h\r\nX-Half: ".getBytes(StandardCharsets.US_ASCII));
            assertThat(readToEnd(socket))
                    .startsWith("HTTP/1.1 408 ")
                    .contains("\"kind\":\"Status\"")
                    .contains("the head of the request did not arrive in time");
        }
    }

    @Test
    void aBodyThatDribblesIsCut() throws Exception {
        String answer = dribble(
                "POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 5000\r\n\r\n{",
                " ");
        assertThat(answer)
                .startsWith("HTTP/1.1 408 ")
                .contains("\"kind\":\"Status\"")
                .contains("the request body did not arrive in time");
    }

    /** Such a byte may be taken for the first of a UTF-8 character, and the others be waited for. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00c3", "caf\u00e9", "\u00f0", "\u00ff"})
    void aHeaderThatEndsInHalfACharacterGetsAnAnswer(String value) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(("GET /version HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Text: " + value + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 ").contains("\r\n\r\n{");
        }
    }

    @Test
    void whatIsTooLargeIsRefused() {
        assertThat(RawClient.exchange(
                        server.port(),
                        "GET /version HTTP/1.1\r\nHost: h\r\nX-Long: " + "x".repeat(40_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("\"kind\":\"Status\"");
        assertThat(RawClient.exchange(server.port(), "GET /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ")
                .contains("\"kind\":\"Status\"");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            many.append("X-").append(i).append(": y\r\n");
        }
        assertThat(RawClient.exchange(server.port(), "GET /version HTTP/1.1\r\nHost: h\r\n" + many + "\r\n"))
                .startsWith("HTTP/1.1 4")
                .contains("\"kind\":\"Status\"");
    }

    /** Neither an idle connection nor one that waits for a watch has a head under way. */
    @Test
    void connectionsBetweenRequestsAreLeftAlone() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] request = "GET /version HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream().write(request);
                byte[] answer = new byte[12];
                assertThat(socket.getInputStream().readNBytes(answer, 0, answer.length))
                        .isEqualTo(12);
                assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
                // The limit passes once over; that nothing happens is what is tested.
                Thread.sleep(i == 0 ? 2_500 : 0);
                socket.getInputStream().skip(socket.getInputStream().available());
            }
        }
    }
}
