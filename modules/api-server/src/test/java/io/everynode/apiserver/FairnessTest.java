package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.apiserver.TestServer.Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for whom, over HTTP. Everybody is a master here, so requests are of the levels system and heartbeats. */
@Timeout(60)
class FairnessTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1";

    private TestServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(String level, String more) {
        server = new TestServer("fairness.levels.system { " + level + " }\n" + more);
    }

    private CompletableFuture<Answer> creating(String name) {
        return CompletableFuture.supplyAsync(() -> create(name));
    }

    private Answer create(String name) {
        return server.post(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private String metric(String name) {
        return server.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    private void awaitWaiting(String work, int count) {
        await().until(() -> metric("everynode_requests_waiting{level=\"system\",work=\"" + work + "\"}")
                .equals(String.valueOf(count)));
    }

    @Test
    void oneWaitsTheNextIsRefusedAndOtherLevelsAndListsGoOn() {
        // The metrics are asked for by a request of the same level.
        start("seats = 2, user-seats = 2, queue = 1, user-queue = 1", "");
        CompletableFuture<Void> go = new CompletableFuture<>();
        server.controlPlane.slowWrites = go;
        CompletableFuture<Answer> first = creating("a");
        await().until(() -> server.controlPlane.waitingWrites() == 1);
        CompletableFuture<Answer> second = creating("b");
        await().until(() -> server.controlPlane.waitingWrites() == 2);
        CompletableFuture<Answer> third = creating("c");
        Answer refused = await().until(() -> create("d"), answer -> answer.code() == 429);

        assertThat(refused.reason()).isEqualTo("TooManyRequests");
        assertThat(refused.message())
                .isEqualTo(
                        "Too many requests, please try again later: too many of your requests of system are waiting");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.json().at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
        assertThat(server.get(LEASE).code()).isEqualTo(404);
        assertThat(server.get(MAPS).code()).isEqualTo(200);
        assertThat(server.get("/healthz").code()).isEqualTo(200);
        assertThat(server.controlPlane.waitingWrites()).isEqualTo(2);
        // A parameter that means nothing to a request does not make it another one.
        assertThat(server.get(MAPS + "/a?watch=true").code()).isEqualTo(429);

        go.complete(null);
        assertThat(first.join().code()).isEqualTo(201);
        assertThat(second.join().code()).isEqualTo(201);
        assertThat(third.join().code()).isEqualTo(201);
        assertThat(metric("everynode_requests_begun_total{level=\"system\",work=\"single\",waited=\"yes\"}"))
                .isNotEqualTo("0");
        assertThat(metric("everynode_requests_refused_total{level=\"system\",work=\"single\",why=\"user_full\"}"))
                .isNotEqualTo("0");
    }

    @Test
    void whoHasWaitedTooLongIsRefusedAndNothingWasDone() {
        start("seats = 1, user-seats = 1", "fairness.queue-wait = 400 ms");
        CompletableFuture<Void> go = new CompletableFuture<>();
        server.controlPlane.slowWrites = go;
        CompletableFuture<Answer> first = creating("a");
        await().until(() -> server.controlPlane.waitingWrites() == 1);

        // A body that has not been read when the refusal is decided.
        Answer refused =
                server.post(MAPS, "{\"metadata\":{\"name\":\"b\"},\"data\":{\"x\":\"" + "x".repeat(900_000) + "\"}}");

        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.message()).endsWith("the request has waited 400 ms for other requests of system");
        go.complete(null);
        assertThat(first.join().code()).isEqualTo(201);
        assertThat(server.get(MAPS + "/b").code()).isEqualTo(404);
    }

    @Test
    void aListThatIsNotReadKeepsItsSeatForAWhileOnly() throws IOException {
        start("list-seats = 1, user-list-seats = 1", "fairness.list-hold = 700 ms");
        for (int i = 0; i < 30; i++) {
            String body = "{\"metadata\":{\"name\":\"m" + i + "\"},\"data\":{\"x\":\"" + "x".repeat(400_000) + "\"}}";
            assertThat(server.post(MAPS, body).code()).isEqualTo(201);
        }
        try (Socket lazy = new Socket()) {
            lazy.setReceiveBufferSize(8_192);
            lazy.connect(new java.net.InetSocketAddress("127.0.0.1", server.port()));
            lazy.getOutputStream()
                    .write(("GET " + MAPS + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(lazy.getInputStream().read()).isEqualTo('H');

            assertThat(server.get(MAPS + "?limit=1").code()).isEqualTo(200);
            assertThat(metric("everynode_requests_begun_total{level=\"system\",work=\"list\",waited=\"yes\"}"))
                    .isEqualTo("1");
        }
        awaitWaiting("list", 0);
    }

    @Test
    void anOpenWatchHasNoSeatOnceItsObjectsAreSent() {
        start("list-seats = 1, user-list-seats = 1", "fairness.list-hold = 50 s");
        server.configMap("a", "");
        try (TestServer.Watch watch = server.watch(MAPS + "?watch=true");
                TestServer.Watch later = server.watch(MAPS + "?watch=true&resourceVersion=" + server.version())) {
            assertThat(watch.brief()).isEqualTo("ADDED a");
            assertThat(later.code()).isEqualTo(200);
            assertThat(server.get(MAPS).code()).isEqualTo(200);
            assertThat(metric("everynode_open_watches")).isEqualTo("2");
        }
    }

    @Test
    void oneUsersOpenWatchesAreBounded() {
        start("user-watches = 2", "");
        try (TestServer.Watch one = server.watch(MAPS + "?watch=true")) {
            TestServer.Watch two = server.watch(MAPS + "?watch=true");
            Answer refused = server.get(MAPS + "?watch=true");
            assertThat(refused.code()).isEqualTo(429);
            assertThat(refused.message()).isEqualTo("you have 2 watches open, which is the limit");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(one.code()).isEqualTo(200);
            two.close();
            server.configMap("a", "");
            await().until(() -> metric("everynode_open_watches").equals("1"));
            try (TestServer.Watch three = server.watch(MAPS + "?watch=true")) {
                assertThat(three.code()).isEqualTo(200);
            }
        }
    }
}
