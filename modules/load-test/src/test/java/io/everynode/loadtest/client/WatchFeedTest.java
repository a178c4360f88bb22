package io.everynode.loadtest.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.everynode.loadtest.seen.ObjectEvent;
import io.everynode.loadtest.times.CallTimes;
import io.everynode.nodes.http.ClusterAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers each request with the next of some bodies, and ends it. */
class WatchFeedTest {

    private static final long PATIENCE_SECONDS = 30;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private HttpServer server;
    private ApiClient api;

    private final WatchFeed.Listener listener = new WatchFeed.Listener() {
        @Override
        public void event(ObjectEvent event, byte[] line, long at) {
            told.add(event.name());
        }

        @Override
        public void failed(IOException why) {
            told.add("failed: " + why.getMessage());
        }
    };

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        api = new ApiClient(
                ClusterAccess.of(
                        List.of("http://127.0.0.1:" + server.getAddress().getPort())),
                CallTimes.NOBODY);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().toString().replaceAll(".*resourceVersion=", ""));
        String body = bodies.poll();
        byte[] bytes = (body == null ? "" : body).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(body == null ? 410 : 200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void whatEndsIsResumedAtTheLastVersionUntilThatIsGone() throws Exception {
        bodies.add(event("ADDED", "a", 5) + event("BOOKMARK", "", 7));
        // Without its end: it is told again by the next one.
        bodies.add(event("ADDED", "b", 8) + event("ADDED", "c", 9).strip());
        bodies.add(event("ADDED", "c", 9));
        try (WatchFeed feed = WatchFeed.open(api, "api/v1/pods", "3", listener)) {
            assertThat(feed).isNotNull();
            assertThat(next()).isEqualTo("a");
            assertThat(next()).isEqualTo("b");
            assertThat(next()).isEqualTo("c");
            assertThat(next()).startsWith("failed: ").contains("410");
        }
        assertThat(asked).containsExactly("3", "7", "8", "9");
    }

    @Test
    void anErrorInTheStreamIsAFailure() throws Exception {
        bodies.add("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"message\":\"too old\"}}\n");
        try (WatchFeed feed = WatchFeed.open(api, "api/v1/pods?x=y", "3", listener)) {
            assertThat(feed).isNotNull();
            assertThat(next()).contains("too old");
        }
    }

    @Test
    void aWatchThatIsRefusedAtOnceIsAnException() {
        assertThatThrownBy(() -> WatchFeed.open(api, "api/v1/pods", "3", listener))
                .isInstanceOfSatisfying(
                        ApiClient.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(410));
    }

    private String next() throws InterruptedException {
        return told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static String event(String type, String name, int version) {
        return String.format(
                "{\"type\":\"%s\",\"object\":{\"metadata\":{\"name\":\"%s\",\"resourceVersion\":\"%d\"}}}%n",
                type, name, version);
    }
}
