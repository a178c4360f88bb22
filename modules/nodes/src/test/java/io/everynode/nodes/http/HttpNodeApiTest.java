package io.everynode.nodes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeApi;
import io.everynode.nodes.api.NodeWrite;
import io.everynode.nodes.api.SeenObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that go away, refuse, freeze, forget and cut what they say. */
@Timeout(60)
class HttpNodeApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NO_NODES = "{\"metadata\":{\"resourceVersion\":\"5\"},\"items\":[]}";

    private final HollowLoop loop = HollowLoop.thread();
    private final Recorder told = new Recorder();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** What a fleet was told, in order. */
    private static final class Recorder implements NodeApi.Listener {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void listing(Kind kind) {
            lines.add("listing " + kind.plural());
        }

        @Override
        public void listed(Kind kind) {
            lines.add("listed " + kind.plural());
        }

        @Override
        public void nodeSeen(SeenObject node, boolean anew) {
            lines.add((anew ? "new " : "") + "node " + node.name());
        }

        @Override
        public void nodeGone(String name) {
            lines.add("node gone " + name);
        }

        @Override
        public void podSeen(SeenObject pod) {
            lines.add("pod " + pod.name() + " " + pod.resourceVersion());
        }

        @Override
        public void podGone(String uid) {
            lines.add("pod gone " + uid);
        }

        @Override
        public void refused(String why) {
            lines.add("refused " + why);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        loop.close();
    }

    private FakeApi server(FakeApi.Handler handler) throws Exception {
        FakeApi server = new FakeApi(handler);
        open.add(server);
        return server;
    }

    private HttpNodeApi start(FakeApi... servers) throws Exception {
        HttpSettings settings = new HttpSettings(
                4,
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                2,
                Duration.ofMinutes(5),
                Duration.ofMillis(20),
                Duration.ofSeconds(2));
        ClusterAccess access =
                ClusterAccess.of(List.of(servers).stream().map(FakeApi::address).toList());
        HttpNodeApi api = new HttpNodeApi(loop, access, settings, PATIENCE);
        open.add(() -> loop.execute(api::close));
        loop.execute(() -> api.watch(told));
        return api;
    }

    private CompletableFuture<NodeAnswer> send(HttpNodeApi api, NodeWrite write) {
        CompletableFuture<NodeAnswer> answer = new CompletableFuture<>();
        loop.execute(() -> api.send(write, PATIENCE).thenAccept(answer::complete));
        return answer;
    }

    private void untilTold(String line) {
        await().atMost(PATIENCE).until(() -> told.lines.contains(line));
    }

    private static NodeWrite renewal() {
        return new NodeWrite.RenewLease("a", Json.object());
    }

    private static String pod(String name, int version) {
        return "{\"metadata\":{\"name\":\"" + name + "\",\"uid\":\"u-" + name + "\",\"resourceVersion\":\"" + version
                + "\"},\"spec\":{\"nodeName\":\"a\"}}";
    }

    private static String event(String type, String object) {
        return "{\"type\":\"" + type + "\",\"object\":" + object + "}\n";
    }

    private static String page(int version, String next, String... items) {
        return "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"" + version + "\",\"continue\":\"" + next
                + "\"},\"items\":[" + String.join(",", items) + "]}";
    }

    /** What does not matter to a test: no Nodes, readiness, a watch of Nodes in which nothing happens. */
    private static void elsewhere(FakeApi.Request request, FakeApi.Exchange exchange)
            throws java.io.IOException, InterruptedException {
        if (request.isListOf("nodes")) {
            exchange.answer(200, NO_NODES);
        } else if (request.target().contains("watch=")) {
            exchange.beginStream();
            exchange.silence();
        } else if (request.isListOf("pods")) {
            exchange.answer(200, page(5, ""));
        } else {
            exchange.answer(200, "{}");
        }
    }

    @Test
    void aWatchThatIsCutInTheMiddleOfALineGoesOnWhereItWas() throws Exception {
        AtomicInteger watches = new AtomicInteger();
        FakeApi server = server((request, exchange) -> {
            if (request.isListOf("pods")) {
                boolean first = request.parameter("continue").isEmpty();
                exchange.answer(200, first ? page(7, "more", pod("p", 1), pod("q", 2)) : page(7, "", pod("r", 3)));
            } else if (request.isWatchOf("pods")) {
                exchange.beginStream();
                switch (watches.incrementAndGet()) {
                    case 1 -> {
                        exchange.chunk(event("ADDED", pod("s", 8)) + event("DELETED", pod("p", 9)));
                        exchange.chunk(event("ADDED", pod("t", 10)).substring(0, 40));
                        exchange.cut();
                    }
                    case 2 -> {
                        exchange.chunk(event("ADDED", pod("t", 10)).substring(0, 40));
                        exchange.chunk(event("ADDED", pod("t", 10)).substring(40)
                                + event("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"40\"}}"));
                        exchange.endStream();
                    }
                    default -> {
                        exchange.chunk(event("MODIFIED", pod("t", 41)));
                        exchange.silence();
                    }
                }
            } else {
                elsewhere(request, exchange);
            }
        });
        start(server);
        untilTold("pod t 41");
        assertThat(told.lines)
                .containsExactly(
                        "listing nodes",
                        "listed nodes",
                        "listing pods",
                        "pod p 1",
                        "pod q 2",
                        "pod r 3",
                        "listed pods",
                        "pod s 8",
                        "pod gone u-p",
                        "pod t 10",
                        "pod t 41");
        assertThat(server.requests.stream()
                        .filter(request -> request.isWatchOf("pods"))
                        .map(request -> request.parameter("resourceVersion")))
                .containsExactly("7", "9", "40");
    }

    @Test
    void aVersionThatIsNoLongerHeldIsListedAnew() throws Exception {
        AtomicInteger watches = new AtomicInteger();
        AtomicInteger lists = new AtomicInteger();
        FakeApi server = server((request, exchange) -> {
            if (request.isListOf("pods")) {
                exchange.answer(200, page(10 * lists.incrementAndGet(), ""));
            } else if (request.isWatchOf("pods")) {
                switch (watches.incrementAndGet()) {
                    case 1 -> {
                        exchange.beginStream();
                        exchange.chunk(event("ERROR", "{\"kind\":\"Status\",\"code\":410,\"message\":\"too old\"}"));
                        exchange.endStream();
                    }
                    case 2 -> exchange.answer(410, "{\"kind\":\"Status\",\"code\":410,\"message\":\"too old\"}");
                    default -> {
                        exchange.beginStream();
                        exchange.chunk(event("ADDED", pod("p", 31)));
                        exchange.silence();
                    }
                }
            } else {
                elsewhere(request, exchange);
            }
        });
        start(server);
        untilTold("pod p 31");
        assertThat(told.lines.stream().filter(line -> line.equals("listed pods")))
                .hasSize(3);
        assertThat(server.requests.stream()
                        .filter(request -> request.isWatchOf("pods"))
                        .map(request -> request.parameter("resourceVersion")))
                .containsExactly("10", "20", "30");
    }

    @Test
    void listsAndWatchesComeAgainAfterRefusalsOfTheMoment() throws Exception {
        AtomicInteger lists = new AtomicInteger();
        AtomicInteger watches = new AtomicInteger();
        FakeApi server = server((request, exchange) -> {
            if (request.isListOf("nodes") && lists.incrementAndGet() < 3) {
                exchange.answer(lists.get() == 1 ? 429 : 503, "<html>busy</html>", "Retry-After: 0");
            } else if (request.isWatchOf("pods") && watches.incrementAndGet() < 3) {
                exchange.answer(watches.get() == 1 ? 429 : 500, "{\"message\":\"busy\"}");
            } else if (request.isWatchOf("pods")) {
                exchange.beginStream();
                exchange.chunk(event("ADDED", pod("p", 6)));
                exchange.silence();
            } else {
                elsewhere(request, exchange);
            }
        });
        start(server);
        untilTold("pod p 6");
        assertThat(told.lines.stream().filter(line -> line.equals("listed pods")))
                .hasSize(1);
    }

    @Test
    void credentialsThatAreNotAcceptedAreTold() throws Exception {
        FakeApi server = server((request, exchange) ->
                exchange.answer(401, "{\"kind\":\"Status\",\"code\":401,\"message\":\"Unauthorized\"}"));
        start(server);
        untilTold("refused " + server.address() + ": 401 for /api/v1/nodes: Unauthorized");
    }

    @Test
    void whatTheServerAsksToWaitIsHandedOn() throws Exception {
        FakeApi server = server((request, exchange) -> {
            if (request.method().equals("PATCH")) {
                exchange.answer(429, "{\"message\":\"busy\",\"reason\":\"TooManyRequests\"}", "Retry-After: 3");
            } else {
                elsewhere(request, exchange);
            }
        });
        NodeAnswer answer = send(start(server), renewal()).get();
        assertThat(answer).isInstanceOfSatisfying(NodeAnswer.Refused.class, refused -> {
            assertThat(refused.passing()).isTrue();
            assertThat(refused.status().code()).isEqualTo(429);
            assertThat(refused.status().message()).isEqualTo("busy");
            assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        });
    }

    @Test
    void writesWaitWhileNoAddressIsReady() throws Exception {
        AtomicBoolean ready = new AtomicBoolean();
        FakeApi server = server((request, exchange) -> {
            if (request.target().equals("/readyz")) {
                exchange.answer(ready.get() ? 200 : 500, "");
            } else {
                elsewhere(request, exchange);
            }
        });
        HttpNodeApi api = start(server);
        List<CompletableFuture<NodeAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(send(api, renewal()));
        }
        await().atMost(PATIENCE).until(() -> server.probes.get() >= 3);
        assertThat(server.requests).isEmpty();
        ready.set(true);
        for (CompletableFuture<NodeAnswer> answer : answers) {
            assertThat(answer.get()).isInstanceOf(NodeAnswer.Stored.class);
        }
    }

    /** As SIGSTOP leaves it: connections stay, and nothing comes. */
    @Test
    void whatWasSentToAFrozenServerGoesElsewhere() throws Exception {
        AtomicBoolean frozen = new AtomicBoolean();
        FakeApi.Handler handler = (request, exchange) -> {
            if (frozen.get()) {
                exchange.silence();
            }
            elsewhere(request, exchange);
        };
        FakeApi freezing = server(handler);
        FakeApi sound = server((request, exchange) -> elsewhere(request, exchange));
        HttpNodeApi both = start(freezing, sound);
        await().atMost(PATIENCE).until(() -> freezing.probes.get() > 0 && sound.probes.get() > 0);
        untilTold("listed pods");
        frozen.set(true);
        List<CompletableFuture<NodeAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(send(both, renewal()));
        }
        int elsewhere = 0;
        for (CompletableFuture<NodeAnswer> answer : answers) {
            elsewhere += answer.get() instanceof NodeAnswer.Stored ? 1 : 0;
        }
        assertThat(elsewhere).as("answered by the sound server").isBetween(1, 8);
        // From now on it gets everything, and both watches are open there.
        for (int i = 0; i < 8; i++) {
            assertThat(send(both, renewal()).get()).isInstanceOf(NodeAnswer.Stored.class);
        }
        await().atMost(PATIENCE)
                .until(() -> sound.requests.stream().anyMatch(request -> request.isWatchOf("pods"))
                        && sound.requests.stream().anyMatch(request -> request.isWatchOf("nodes")));
    }

    @Test
    void noMoreConnectionsAreOpenThanAllowed() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        FakeApi server = server((request, exchange) -> {
            if (request.method().equals("PATCH")) {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.yield();
                now.decrementAndGet();
            }
            elsewhere(request, exchange);
        });
        HttpNodeApi api = start(server);
        List<CompletableFuture<NodeAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(send(api, renewal()));
        }
        for (CompletableFuture<NodeAnswer> answer : answers) {
            assertThat(answer.get()).isInstanceOf(NodeAnswer.Stored.class);
        }
        assertThat(most.get()).isBetween(1, 4);
    }
}
