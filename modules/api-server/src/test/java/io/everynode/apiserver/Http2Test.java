package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 from the first byte on, as clients that know their server speak it. */
@Timeout(60)
class Http2Test {

    private static final String LIST = "/api/v1/namespaces/default/configmaps";
    private static final int WATCHES = 1000;

    private TestServer server;
    private Http2Client client;

    @BeforeEach
    void start() {
        server = new TestServer("max-body = 100000");
        client = new Http2Client(server.kit().system(), server.port());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void readsAndWrites() {
        assertThat(TestServer.await(client.get("/version")).status().intValue()).isEqualTo(200);
        assertThat(post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n\"}}")).isEqualTo(201);
        assertThat(server.get("/api/v1/nodes/n").code()).isEqualTo(200);
        // Refused only after the body is read: HTTP/2 would lose an answer that comes before.
        assertThat(post("/api/v1/nodes", "x".repeat(300_000))).isEqualTo(413);
        assertThat(post("/nope", "x".repeat(300_000))).isEqualTo(404);
    }

    @Test
    void anAnswerToHeadHasNoBody() {
        HttpResponse refused = TestServer.await(client.send(
                HttpRequest.HEAD("/api").addHeader(org.apache.pekko.http.javadsl.model.headers.Host.create("x"))));

        assertThat(refused.status().intValue()).isEqualTo(405);
        assertThat(TestServer.await(refused.entity().toStrict(5000, server.kit().system()))
                        .getData())
                .isEqualTo(ByteString.emptyByteString());
    }

    @Test
    void aThousandWatchesShareAConnection() {
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < WATCHES; i++) {
            client.get(LIST + "?watch=true&resourceVersion=" + server.version())
                    .thenAccept(response -> response.entity()
                            .getDataBytes()
                            .runWith(
                                    Sink.foreach(piece -> told.addAndGet(events(piece))),
                                    server.kit().system()));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> server.server.openWatches() == WATCHES);

        server.configMap("a", "");
        server.label("a", "\"x\":\"y\"");

        await().atMost(Duration.ofSeconds(30)).until(() -> told.get() == 2 * WATCHES);
        assertThat(TestServer.await(client.get("/version")).status().intValue()).isEqualTo(200);
    }

    @Test
    void aWatchThatNobodyReadsHoldsUpNoOther() {
        server.post(LIST, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\"" + "x".repeat(90_000) + "\"}}");
        String watch = LIST + "?watch=true&resourceVersion=" + server.version();
        List<HttpResponse> unread = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            unread.add(TestServer.await(client.get(watch)));
        }
        AtomicInteger told = new AtomicInteger();
        HttpResponse read = TestServer.await(client.get(watch));
        read.entity()
                .getDataBytes()
                .runWith(
                        Sink.foreach(p -> told.addAndGet(events(p))),
                        server.kit().system());

        for (int i = 0; i < 60; i++) {
            server.label("a", "\"n\":\"" + i + "\"");
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> told.get() == 60);
        assertThat(unread).allMatch(response -> response.status().intValue() == 200);
    }

    private static int events(ByteString piece) {
        // Each frame ends with the only line break that JSON of this server has.
        int lines = 0;
        for (byte b : piece.toArray()) {
            lines += b == '\n' ? 1 : 0;
        }
        return lines;
    }

    private int post(String path, String body) {
        HttpResponse response = TestServer.await(client.send(HttpRequest.POST(path)
                .addHeader(org.apache.pekko.http.javadsl.model.headers.Host.create("x"))
                .withEntity(ContentTypes.APPLICATION_JSON, body)));
        response.discardEntityBytes(server.kit().system());
        return response.status().intValue();
    }
}
