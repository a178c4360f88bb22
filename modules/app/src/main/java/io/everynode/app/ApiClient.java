package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.KubeconfigFile;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

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
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(PATIENCE);
        this.client = (access.tls() == null ? builder : builder.sslContext(access.tls())).build();
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
        URI address = URI.create(access.servers().get(0) + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .header("User-Agent", "everynode")
                .method(method, content);
        if (!access.token().isEmpty()) {
            request.header("Authorization", "Bearer " + access.token());
        }
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), read(answer.body()));
        } catch (IOException e) {
            throw new StartFailure("no answer from " + access.servers().get(0) + ": " + e, e);
        }
    }

    private static JsonNode read(byte[] body) {
        try {
            return Json.mapper().readTree(body);
        } catch (IOException e) {
            return null;
        }
    }
}
