package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients see of a server that stops while it works for them. */
@Timeout(60)
class StopTest {

    private TestServer server;
    private final CompletableFuture<Void> go = new CompletableFuture<>();

    @BeforeEach
    void start() {
        server = new TestServer();
        server.controlPlane.slowWrites = go;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A client that keeps its connection would else send its next request into a server that ends. */
    @Test
    void whatIsUnderWayIsAnsweredAndTheConnectionClosed() {
        String body = "{\"metadata\":{\"name\":\"a\"}}";
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> RawClient.exchange(
                server.port(),
                "POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body));
        await().until(() -> server.controlPlane.waitingWrites() == 1);

        CompletionStage<Done> stopped = server.server.stop();
        assertThat(stopped.toCompletableFuture()).isNotDone();
        go.complete(null);

        assertThat(answer.join()).startsWith("HTTP/1.1 201 ").containsIgnoringCase("\r\nConnection: close\r\n");
        TestServer.await(stopped);
    }
}
