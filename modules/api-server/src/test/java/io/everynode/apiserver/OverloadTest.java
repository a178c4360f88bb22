package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.apiserver.TestServer.Answer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens at each limit of the wire. */
@Timeout(60)
class OverloadTest {

    private static final String LIST = "/api/v1/namespaces/default/configmaps";

    private TestServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void writesAndReadsAreBoundedApart() {
        server = new TestServer("fairness.enabled = off, max-mutating-in-flight = 2, max-read-only-in-flight = 3");
        CompletableFuture<Void> go = new CompletableFuture<>();
        server.controlPlane.slowWrites = go;
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> create("a"));
        CompletableFuture<Answer> second = CompletableFuture.supplyAsync(() -> create("b"));
        // Only a refusal tells that both are in; until then each try is a write that waits, too.
        await().until(() -> server.controlPlane.waitingWrites() == 2);

        Answer refused = create("c");
        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.reason()).isEqualTo("TooManyRequests");
        assertThat(refused.message()).isEqualTo("Too many requests, please try again later.");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.json().at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
        assertThat(server.get(LIST).code()).isEqualTo(200);
        assertThat(server.get("/healthz").code()).isEqualTo(200);

        go.complete(null);
        assertThat(first.join().code()).isEqualTo(201);
        assertThat(second.join().code()).isEqualTo(201);
        assertThat(create("c").code()).isEqualTo(201);
    }

    @Test
    void watchesAndProbesAreNotCounted() {
        server = new TestServer("fairness.enabled = off, max-read-only-in-flight = 0, max-mutating-in-flight = 0");

        assertThat(server.get(LIST).code()).isEqualTo(429);
        assertThat(create("a").code()).isEqualTo(429);
        // A parameter that means nothing to a request exempts it from nothing.
        assertThat(server.get(LIST + "/a?watch=true").code()).isEqualTo(429);
        assertThat(server.get("/readyz").code()).isEqualTo(200);
        try (TestServer.Watch watch = server.watch(LIST + "?watch=true&timeoutSeconds=1");
                TestServer.Watch byAddress =
                        server.watch("/api/v1/watch/namespaces/default/configmaps?timeoutSeconds=1")) {
            assertThat(watch.code()).isEqualTo(200);
            assertThat(byAddress.code()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/%s| |414",
                "/|X-Long: %s|431",
            })
    void longHeadsAreRefused(String path, String header, int code) {
        server = new TestServer();

        String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + (header == null ? "" : header + "\r\n") + "\r\n";
        String answer = RawClient.exchange(server.port(), String.format(request, "x".repeat(40_000)));

        assertThat(answer).startsWith("HTTP/1.1 " + code).contains("\"kind\":\"Status\"");
        assertThat(server.get("/version", "X-Long", "x".repeat(30_000)).code()).isEqualTo(200);
    }

    @Test
    void largeBodiesAreRefusedWithTheLimit() {
        server = new TestServer("max-body = 1000");

        Answer answer = server.post(LIST, "x".repeat(2_000));

        assertThat(answer.code()).isEqualTo(413);
        assertThat(answer.reason()).isEqualTo("RequestEntityTooLarge");
        assertThat(answer.message()).isEqualTo("Request entity too large: limit is 1000");
    }

    private Answer create(String name) {
        return server.post(LIST, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }
}
