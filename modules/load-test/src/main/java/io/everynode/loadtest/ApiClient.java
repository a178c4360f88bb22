package io.everynode.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.objects.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/** Plain requests to a Kubernetes API. Blocking; for one thread, except that a watch may run beside other requests. */
final class ApiClient {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ApiClient(String server) {
        this.server = URI.create(server.endsWith("/") ? server : server + "/");
    }

    /** The server that a kubeconfig's current context names. */
    static ApiClient of(Path kubeconfig) throws IOException {
        if (!Files.isReadable(kubeconfig)) {
            throw new IOException("cannot read kubeconfig " + kubeconfig);
        }
        JsonNode config = new YAMLMapper().readTree(Files.readString(kubeconfig));
        String context = named(config.path("contexts"), Json.text(config, "current-context"))
                .path("context")
                .path("cluster")
                .asText();
        String server = named(config.path("clusters"), context)
                .path("cluster")
                .path("server")
                .asText();
        if (server.isEmpty()) {
            throw new IOException(kubeconfig + " names no server for its current context");
        }
        return new ApiClient(server);
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode each : list) {
            if (Json.text(each, "name").equals(name)) {
                return each;
            }
        }
        return Json.object();
    }

    /** The answer's body. A refusal is an exception with the server's message. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    JsonNode post(String path, byte[] yaml) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofByteArray(yaml)));
    }

    JsonNode merge(String path, String patch) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(patch)));
    }

    /** The answer in the form that is accepted, unread. */
    byte[] bytes(String path, String accept) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("Accept", accept)
                        .timeout(PATIENCE)
                        .build(),
                BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 300) {
            throw new IOException(answer.statusCode() + " for " + path);
        }
        return answer.body();
    }

    JsonNode delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).header("Accept", "application/json");
    }

    private JsonNode send(HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(builder.timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
        JsonNode body = Json.mapper().readTree(answer.body());
        if (answer.statusCode() >= 300) {
            throw new IOException(answer.statusCode() + " " + Json.text(body, "message"));
        }
        return body;
    }

    /** An open watch. Closing it from another thread ends {@link #forEach}. */
    static final class Watch implements AutoCloseable {
        private final InputStream stream;
        private final BufferedReader lines;

        private Watch(InputStream stream) {
            this.stream = stream;
            this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8), 1 << 16);
        }

        /**
         * Hands each event over as it arrives, until the handler answers false or the stream ends. May be called again.
         */
        void forEach(Predicate<JsonNode> handler) throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty() && !handler.test(Json.mapper().readTree(line))) {
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
    Watch watch(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.send(request(path).GET().build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            byte[] body = answer.body().readAllBytes();
            throw new IOException(
                    answer.statusCode() + " " + Json.text(Json.mapper().readTree(body), "message"));
        }
        return new Watch(answer.body());
    }
}
