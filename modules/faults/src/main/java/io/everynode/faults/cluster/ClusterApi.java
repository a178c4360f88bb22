package io.everynode.faults.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** One API address, asked in plain JSON. Thread-safe; every call blocks. */
public final class ClusterApi {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    /**
     * @param body of a 4xx or 5xx too; an empty object where it is no JSON
     * @param retryAfter whether it has that header
     */
    public record Answer(int code, JsonNode body, boolean retryAfter) {

        /** Not now, and when to come again. */
        public boolean isPutOff() {
            return code == 503 && retryAfter;
        }
    }

    private final URI address;

    public ClusterApi(URI address) {
        this.address = address;
    }

    /** Such as http://127.0.0.1:7441. */
    public URI address() {
        return address;
    }

    /** @throws IOException when there was no answer */
    public Answer get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address.resolve(path)).GET(), PATIENCE);
    }

    public Answer post(String path, ObjectNode object) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(address.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(Json.encode(object))),
                PATIENCE);
    }

    public Answer put(String path, ObjectNode object) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(address.resolve(path))
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofByteArray(Json.encode(object))),
                PATIENCE);
    }

    public Answer delete(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address.resolve(path)).DELETE(), PATIENCE);
    }

    /** Whether it should get requests now. What does not answer within two seconds should not. */
    public boolean isReady() throws InterruptedException {
        try {
            return send(HttpRequest.newBuilder(address.resolve("/readyz")).GET(), Duration.ofSeconds(2))
                            .code()
                    == 200;
        } catch (IOException away) {
            return false;
        }
    }

    private static Answer send(HttpRequest.Builder request, Duration patience)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = HTTP.send(
                request.header("Accept", "application/json").timeout(patience).build(), BodyHandlers.ofByteArray());
        return new Answer(
                answer.statusCode(),
                body(answer.body()),
                answer.headers().firstValue("Retry-After").isPresent());
    }

    private static JsonNode body(byte[] bytes) {
        try {
            return Json.mapper().readTree(bytes);
        } catch (IOException text) {
            return Json.object();
        }
    }
}
