package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that say nothing, or are too many, and others beside them. */
@Timeout(300)
class ManyConnectionsTest {

    /** Ten thousand connect and say nothing, from the address from which others are served. */
    @Test
    void tenThousandIdleConnectionsKeepNobodyOut() throws IOException {
        try (TestServer server = new TestServer("max-silent-connections = 500")) {
            List<SocketChannel> idle = new ArrayList<>();
            try (Socket early = new Socket("127.0.0.1", server.port())) {
                early.setSoTimeout(60_000);
                ask(early);
                for (int i = 0; i < 10_000; i++) {
                    idle.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", server.port())));
                }
                assertThat(server.get("/version").code()).isEqualTo(200);
                ask(early);
                await().atMost(Duration.ofSeconds(120)).until(() -> {
                    String metrics = server.get("/metrics").text();
                    return metrics.contains("everynode_connections_cut_total{why=\"silent\"} 9") && open(metrics) < 600;
                });
            } finally {
                for (SocketChannel each : idle) {
                    each.close();
                }
            }
        }
    }

    private static int open(String metrics) {
        return metrics.lines()
                .filter(line -> line.startsWith("everynode_connections "))
                .mapToInt(line -> Integer.parseInt(line.substring("everynode_connections ".length())))
                .sum();
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /version HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 200");
        Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
        assertThat(length.find()).as(head.toString()).isTrue();
        // The whole answer, so that nothing of it is before the next one.
        in.readNBytes(Integer.parseInt(length.group(1)));
    }

    /** Connections that have had an answer are cut by nobody; but one address has so many only. */
    @Test
    void furtherConnectionsOfAnAddressAreToldSo() throws IOException {
        try (TestServer server = new TestServer("max-connections-per-address = 2")) {
            try (Socket one = new Socket("127.0.0.1", server.port());
                    Socket two = new Socket("127.0.0.1", server.port())) {
                one.setSoTimeout(20_000);
                two.setSoTimeout(20_000);
                ask(one);
                ask(two);
                assertThat(RawClient.exchange(server.port(), ""))
                        .startsWith("HTTP/1.1 429 ")
                        .contains("Retry-After: ")
                        .contains("\"reason\":\"TooManyRequests\"")
                        .contains("too many connections are open from your address");
            }
            await().until(() -> RawClient.exchange(
                            server.port(), "GET /version HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    .startsWith("HTTP/1.1 200"));
        }
    }
}
