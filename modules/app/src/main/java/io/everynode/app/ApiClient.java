package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.KubeconfigFile;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Single requests of a command to a running server, as its kubeconfig says. */
final class ApiClient {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ClusterAccess access;
    private final HttpClient client;

    /** @param body null when it is no JSON */
    record Answer(int code, JsonNode body) {

        /** The server's own words when it refused. */
        String refusal() {
            String message = body == null ? "" : Json.text(body, "message");
            return message.isEmpty() ? "the server answers " + code : message;
        }
    }

    private ApiClient(ClusterAccess access) {
        this.access = access;
        this.client = access.client().connectTimeout(PATIENCE).build();
    }

    static ApiClient of(Path kubeconfig) throws StartFailure {
        try {
            return new ApiClient(KubeconfigFile.read(kubeconfig));
        } catch (ClusterAccess.Broken e) {
            throw new StartFailure(e.getMessage(), e);
        }
    }

    /** @param body null for none */
    Answer send(String method, String path, JsonNode body) throws StartFailure, InterruptedException {
        BodyPublisher content = body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(Json.encode(body));
        try {
            HttpResponse<byte[]> answer = client.send(request(method, path, content), BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), read(answer.body()));
        } catch (IOException e) {
            throw new StartFailure("no answer from " + access.servers().get(0) + ": " + e, e);
        }
    }

    /**
     * Hands over an answer of lines of JSON, each as it comes; one that is no such answer is one line.
     *
     * @throws StartFailure when the server does not answer, refuses, or breaks off
     */
    void lines(String path, Consumer<JsonNode> sink) throws StartFailure, InterruptedException {
        try {
            HttpResponse<Stream<String>> answer =
                    client.send(request("GET", path, BodyPublishers.noBody()), BodyHandlers.ofLines());
            try (Stream<String> lines = answer.body()) {
                if (answer.statusCode() != 200) {
                    JsonNode status =
                            read(lines.collect(Collectors.joining("\n")).getBytes(StandardCharsets.UTF_8));
                    throw new StartFailure(new Answer(answer.statusCode(), status).refusal());
                }
                for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                    sink.accept(Json.mapper().readTree(each.next()));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new StartFailure("no answer from " + access.servers().get(0) + ": " + e, e);
        }
    }

    private HttpRequest request(String method, String path, BodyPublisher content) {
        return access.request(URI.create(access.servers().get(0) + path))
                .timeout(PATIENCE)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .header("User-Agent", "everynode")
                .method(method, content)
                .build();
    }

    private static JsonNode read(byte[] body) {
        try {
            return Json.mapper().readTree(body);
        } catch (IOException e) {
            return null;
        }
    }
}
