package io.everynode.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection of HTTP/1 gets, byte by byte. */
@Timeout(60)
class HttpPortTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final HttpSettings SETTINGS = new HttpSettings(
            Duration.ofSeconds(20), Duration.ofMinutes(5), 100, 100, 32_768, 32_768, 64, 100, Duration.ofSeconds(15));

    private final BlockingQueue<HttpRequest> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<HttpResponse>> answers = new LinkedBlockingQueue<>();
    private HttpPort port;
    private Socket client;

    @BeforeEach
    void open() throws Exception {
        port = HttpPort.bind(
                        KIT.system().classicSystem(),
                        "127.0.0.1",
                        0,
                        SETTINGS,
                        Optional.empty(),
                        new Connections(100, 100),
                        this::handle)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        client = new Socket("127.0.0.1", port.localAddress().getPort());
        client.setSoTimeout(20_000);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        port.terminate(Duration.ofSeconds(5)).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private CompletionStage<HttpResponse> handle(HttpRequest request) {
        seen.add(request);
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        client.getOutputStream().flush();
    }

    private HttpRequest next() throws InterruptedException {
        HttpRequest request = seen.poll(20, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    private void answer(HttpResponse response) throws InterruptedException {
        answers.poll(20, TimeUnit.SECONDS).complete(response);
    }

    private static HttpResponse text(String body) {
        return HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, body));
    }

    private static HttpResponse streamed(Source<ByteString, ?> pieces) {
        return HttpResponse.create().withEntity(HttpEntities.createChunked(ContentTypes.TEXT_PLAIN_UTF8, pieces));
    }

    private static String body(HttpRequest request) throws Exception {
        return request.entity()
                .toStrict(20_000, KIT.system())
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .getData()
                .utf8String();
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int one = client.getInputStream().read();
            assertThat(one).as("the end after %s", head).isNotNegative();
            head.append((char) one);
        }
        return head.toString();
    }

    private String read(int count) throws IOException {
        return new String(client.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    private String readToEnd() throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            InputStream in = client.getInputStream();
            for (int one = in.read(); one >= 0; one = in.read()) {
                all.append((char) one);
            }
        } catch (SocketException reset) {
            all.append("(reset)");
        }
        return all.toString();
    }

    @Test
    void whoDoesNotWaitIsAnsweredInOrderOneAtATime() throws Exception {
        send("POST /1 HTTP/1.1|Host: h|Content-Length: 3||abcGET /2 HTTP/1.1|Host: h||POST /3 HTTP/1.1|Host: h|"
                + "Transfer-Encoding: chunked||2|de|0||");

        HttpRequest first = next();
        assertThat(first.getUri().path() + body(first)).isEqualTo("/1abc");
        assertThat(seen.poll(300, TimeUnit.MILLISECONDS)).isNull();
        answer(text("one"));
        assertThat(next().getUri().path()).isEqualTo("/2");
        answer(text("two"));
        HttpRequest third = next();
        assertThat(third.getUri().path() + body(third)).isEqualTo("/3de");
        answer(text("three"));

        assertThat(readHead()).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 3\r\n");
        assertThat(read(3)).isEqualTo("one");
        readHead();
        assertThat(read(3)).isEqualTo("two");
        readHead();
        assertThat(read(5)).isEqualTo("three");
    }

    @Test
    void aSlowBodyIsAStreamThatIsWholeInTheEnd() throws Exception {
        send("POST / HTTP/1.1|Host: h|Content-Type: text/plain|Content-Length: 6||ab");
        HttpRequest request = next();
        CompletableFuture<String> body = CompletableFuture.supplyAsync(() -> {
            try {
                return body(request);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        send("cd");
        send("ef");
        assertThat(body.get(20, TimeUnit.SECONDS)).isEqualTo("abcdef");
        answer(text("done"));
        readHead();
        assertThat(read(4)).isEqualTo("done");

        send("GET /next HTTP/1.1|Host: h||");
        assertThat(next().getUri().path()).isEqualTo("/next");
        answer(text(""));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100_000, 200_000, 3_000_000})
    void aBodyInChunksArrivesWhole(int size) throws Exception {
        Thread writer = new Thread(() -> {
            try {
                send("POST / HTTP/1.1|Host: h|Transfer-Encoding: chunked||");
                for (int left = size; left > 0; left -= Math.min(left, 7_777)) {
                    int piece = Math.min(left, 7_777);
                    send(Integer.toHexString(piece) + "|" + "x".repeat(piece) + "|");
                }
                send("0||");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        writer.start();
        assertThat(body(next())).hasSize(size);
        answer(text("fine"));
        assertThat(readHead()).startsWith("HTTP/1.1 200");
        writer.join();
    }

    @Test
    void whoAsksWhetherToSendIsToldTo() throws Exception {
        send("POST / HTTP/1.1|Host: h|Expect: 100-continue|Content-Length: 3||");
        assertThat(readHead()).startsWith("HTTP/1.1 100 ");
        send("abc");
        assertThat(body(next())).isEqualTo("abc");
        answer(text("fine"));
        assertThat(readHead()).startsWith("HTTP/1.1 200");
    }

    /** What is left of the body would be read as the next request. */
    @Test
    void anAnswerBeforeTheEndOfTheBodyIsTheLast() throws Exception {
        send("POST / HTTP/1.1|Host: h|Content-Length: 1000||ab");
        next();
        answer(text("early"));
        assertThat(readHead()).contains("Connection: close\r\n");
        assertThat(read(5)).isEqualTo("early");
        assertThat(client.getInputStream().read()).isNegative();
    }

    @Test
    void olderClientsGetWhatTheyKnow() throws Exception {
        send("GET / HTTP/1.0|Connection: keep-alive||");
        next();
        answer(text("one"));
        assertThat(readHead()).containsIgnoringCase("Connection: keep-alive\r\n");
        assertThat(read(3)).isEqualTo("one");
        send("GET / HTTP/1.0||");
        next();
        answer(streamed(Source.range(1, 3).map(i -> ByteString.fromString("p" + i))));
        assertThat(readHead()).doesNotContain("chunked").contains("Connection: close\r\n");
        assertThat(readToEnd()).isEqualTo("p1p2p3");
    }

    @Test
    void anAnswerToHeadHasNoBodyAndTheConnectionGoesOn() throws Exception {
        send("HEAD /a HTTP/1.1|Host: h||HEAD /b HTTP/1.1|Host: h||GET /c HTTP/1.1|Host: h||");
        next();
        answer(text("hello"));
        assertThat(readHead()).contains("Content-Length: 5\r\n");
        next();
        answer(streamed(Source.repeat(ByteString.fromString("x"))));
        readHead();
        next();
        answer(text("see"));
        readHead();
        assertThat(read(3)).isEqualTo("see");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "TRACE", "GET", "OPTIONS", "DELETE"})
    void aBodyThatMeansNothingIsReadAndForgotten(String method) throws Exception {
        send(method + " / HTTP/1.1|Host: h|Content-Type: text/plain|Content-Length: 3||abc");
        next();
        answer(text(""));
        assertThat(readHead()).startsWith("HTTP/1.1 200").doesNotContain("close");
        send("GET /next HTTP/1.1|Host: h||");
        assertThat(next().getUri().path()).isEqualTo("/next");
        answer(text(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Key: ?",
                "Sec-WebSocket-Version: x",
                "Accept: ;;;",
                "Cookie: \u0001=",
                "Connection: ,"
            })
    void whatMakesNoWebSocketIsAnswered(String header) throws Exception {
        send("GET / HTTP/1.1|Host: h|Upgrade: websocket|Connection: Upgrade, close|" + header + "||");
        CompletableFuture<HttpResponse> handled = answers.poll(2, TimeUnit.SECONDS);
        if (handled != null) {
            handled.complete(text(""));
        }
        assertThat(readHead()).startsWith(handled == null ? "HTTP/1.1 400 " : "HTTP/1.1 200 ");
    }

    @Test
    void piecesAreSentAsTheyAreMade() throws Exception {
        CompletableFuture<ByteString> later = new CompletableFuture<>();
        send("GET / HTTP/1.1|Host: h||");
        next();
        answer(streamed(Source.single(ByteString.fromString("now")).concat(Source.completionStage(later))));
        readHead();
        assertThat(read(8)).isEqualTo("3\r\nnow\r\n");
        later.complete(ByteString.fromString("then"));
        assertThat(read(14)).isEqualTo("4\r\nthen\r\n0\r\n\r\n");
    }

    @Test
    void whatIsNotReadIsNotMade() throws Exception {
        AtomicInteger made = new AtomicInteger();
        send("GET / HTTP/1.1|Host: h||");
        next();
        answer(streamed(Source.repeat(ByteString.fromString("x".repeat(10_000))).map(piece -> {
            made.incrementAndGet();
            return piece;
        })));
        readHead();
        AtomicInteger before = new AtomicInteger(-1);
        // Sockets take some; then nothing more is made.
        await().pollInterval(Duration.ofMillis(500)).until(() -> before.getAndSet(made.get()) == made.get());
        int stalled = made.get();
        assertThat(stalled).isLessThan(2_000);
        read(10_000_000);
        await().until(() -> made.get() > stalled);
    }

    /** Also one that has already sent more, in whatever form. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "GET /2 HTTP/1.1|Host: h||", "POST /2 HTTP/1.1|Host: h|Content-Length: 9||abc", "GET", "?|||"
            })
    void aClientThatGoesEndsWhatIsMadeForIt(String more) throws Exception {
        CompletableFuture<Object> ended = new CompletableFuture<>();
        send("GET / HTTP/1.1|Host: h||" + more);
        next();
        answer(streamed(endless(ended)));
        readHead();
        client.close();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("ended");
    }

    @Test
    void whatIsMadeForAClientThatHasGoneIsForgotten() throws Exception {
        CompletableFuture<Object> ended = new CompletableFuture<>();
        send("GET / HTTP/1.1|Host: h||");
        next();
        CompletableFuture<HttpResponse> first = answers.poll(20, TimeUnit.SECONDS);
        client.close();
        try (Socket other = new Socket("127.0.0.1", port.localAddress().getPort())) {
            // Time for the server to see that, mostly; what is made ends in any case.
            other.getOutputStream().write("GET /2 HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            next();
            first.complete(streamed(endless(ended)));
            assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("ended");
        }
    }

    @Test
    void whatHeadIsNotSentIsNotMade() throws Exception {
        CompletableFuture<Object> ended = new CompletableFuture<>();
        send("HEAD / HTTP/1.1|Host: h||");
        next();
        answer(streamed(endless(ended)));
        readHead();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("ended");
    }

    private static Source<ByteString, ?> endless(CompletableFuture<Object> ended) {
        return Source.<ByteString>maybe().watchTermination((value, end) -> {
            end.whenComplete((done, failure) -> ended.complete("ended"));
            return value;
        });
    }

    @Test
    void anAnswerThatBreaksOffIsNotEnded() throws Exception {
        send("GET / HTTP/1.1|Host: h||");
        next();
        CompletableFuture<ByteString> later = new CompletableFuture<>();
        answer(streamed(Source.single(ByteString.fromString("half")).concat(Source.completionStage(later))));
        readHead();
        assertThat(read(9)).isEqualTo("4\r\nhalf\r\n");
        later.completeExceptionally(new IOException("gone"));
        assertThat(readToEnd()).isEmpty();
    }

    @Test
    void nobodysWordsEndAHeader() throws Exception {
        send("GET / HTTP/1.1|Host: h||");
        next();
        answer(text("x").addHeader(RawHeader.create("X-Said", "a\r\nX-Injected: b")));
        assertThat(readToEnd()).doesNotContain("X-Injected");
    }

    @Test
    void aStopAnswersWhatIsUnderWayAndClosesWhatIsIdle() throws Exception {
        send("GET / HTTP/1.1|Host: h||");
        next();
        try (Socket idle = new Socket("127.0.0.1", port.localAddress().getPort())) {
            idle.setSoTimeout(20_000);
            CompletableFuture<?> stopped =
                    port.terminate(Duration.ofSeconds(20)).toCompletableFuture();
            assertThat(idle.getInputStream().read()).isNegative();
            assertThat(stopped).isNotDone();
            answer(text("bye"));
            assertThat(readHead()).contains("Connection: close\r\n");
            assertThat(readToEnd()).isEqualTo("bye");
            client.close();
            stopped.get(20, TimeUnit.SECONDS);
        }
    }
}
