package io.everynode.loadtest.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.loadtest.times.CallTimes;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Plain requests to the first address of a Kubernetes API. Blocking; thread-safe. */
public final class ApiClient {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI server;
    private final ClusterAccess access;
    private final CallTimes times;
    private final HttpClient http;

    public ApiClient(ClusterAccess access, CallTimes times) {
        this.server = URI.create(access.servers().get(0) + "/");
        this.access = access;
        this.times = times;
        this.http = access.client().version(HttpClient.Version.HTTP_1_1).build();
    }

    /** A refusal, with the server's message. */
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final int code;

        Refused(int code, String message) {
            super(code + " " + message);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /**
     * Sends a call and gives the answer's body.
     *
     * @throws Refused when the code of the answer is 300 or more
     */
    public JsonNode send(ApiCall call) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(call.path())
                .method(
                        call.method(),
                        call.body() == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(Json.encode(call.body())));
        if (!call.contentType().isEmpty()) {
            request.header("Content-Type", call.contentType());
        }
        CallTimes.Call timed = times.begins(call.name());
        boolean done = false;
        try {
            JsonNode answer = send(request);
            done = true;
            return answer;
        } finally {
            timed.ended(!done);
        }
    }

    /** The answer's body. A refusal is an exception with the server's message. */
    public JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public JsonNode post(String path, byte[] yaml) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/yaml").POST(BodyPublishers.ofByteArray(yaml)));
    }

    public JsonNode merge(String path, String patch) throws IOException, InterruptedException {
        return send(
                request(path).header("Content-Type", ApiCall.MERGE).method("PATCH", BodyPublishers.ofString(patch)));
    }

    /** The answer's code, on any thread, once its body has been read and dropped. */
    public CompletableFuture<Integer> mergeAsync(String path, String patch) {
        HttpRequest request = request(path)
                .header("Content-Type", ApiCall.MERGE)
                .timeout(PATIENCE)
                .method("PATCH", BodyPublishers.ofString(patch))
                .build();
        return http.sendAsync(request, BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }

    /**
     * A watch that needs no thread. Cancelling what is returned closes its connection.
     *
     * @param answered told once, when the server has answered or there is no answer
     * @param each gets each event, on a thread that other watches share
     * @param failed told why there is no watch
     */
    public Future<?> watchAsync(String path, Runnable answered, Consumer<byte[]> each, Consumer<Throwable> failed) {
        AtomicBoolean told = new AtomicBoolean();
        CompletableFuture<HttpResponse<Void>> watch =
                http.sendAsync(request(path).GET().build(), head -> {
                    if (head.statusCode() != 200) {
                        failed.accept(new Refused(head.statusCode(), "for " + path));
                    }
                    if (told.compareAndSet(false, true)) {
                        answered.run();
                    }
                    return new LineSubscriber(each);
                });
        watch.whenComplete((end, failure) -> {
            if (told.compareAndSet(false, true)) {
                failed.accept(failure);
                answered.run();
            }
        });
        return watch;
    }

    public JsonNode delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    /** The answer in the form that is accepted, unread. */
    public byte[] bytes(String path, String accept) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = exchange(
                request(path).setHeader("Accept", accept).timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 300) {
            throw new IOException(answer.statusCode() + " for " + path);
        }
        return answer.body();
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return http.send(request, handler);
        } catch (ConnectException e) {
            // The client says nothing else.
            throw new IOException("cannot connect to " + server, e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return access.request(server.resolve(path)).header("Accept", ApiCall.JSON);
    }

    private JsonNode send(HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = exchange(builder.timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
        JsonNode body = Json.mapper().readTree(answer.body());
        if (answer.statusCode() >= 300) {
            throw new Refused(answer.statusCode(), Json.text(body, "message"));
        }
        return body;
    }

    /** An open watch, for one reader. Closing it from another thread ends what reads. */
    public static final class Watch implements AutoCloseable {
        private final InputStream stream;
        private final LineReader lines;

        private Watch(InputStream stream) {
            this.stream = stream;
            this.lines = new LineReader(stream);
        }

        /** The next event's bytes, as they have arrived; null when the server has ended the watch. */
        public byte[] next() throws IOException {
            return lines.next();
        }

        /**
         * Hands each event over as it arrives, until the handler answers false or the stream ends. May be called again.
         */
        public void forEach(Predicate<JsonNode> handler) throws IOException {
            for (byte[] line = next(); line != null; line = next()) {
                if (!handler.test(Json.mapper().readTree(line))) {
                    return;
                }
            }
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    /** Returns once the server has answered with the stream's head. */
    public Watch watch(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = exchange(request(path).GET().build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            byte[] body = answer.body().readAllBytes();
            throw new Refused(answer.statusCode(), Json.text(Json.mapper().readTree(body), "message"));
        }
        return new Watch(answer.body());
    }
}
