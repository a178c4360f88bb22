package io.everynode.faults.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.KubeconfigFile;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One API address, asked in plain JSON. Thread-safe; every call blocks. */
public final class ClusterApi {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

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

    private final ClusterAccess access;
    private final HttpClient http;

    /** By the first address. */
    public ClusterApi(ClusterAccess access) {
        this(access, client(access));
    }

    private ClusterApi(ClusterAccess access, HttpClient http) {
        this.access = access;
        this.http = http;
    }

    private static HttpClient client(ClusterAccess access) {
        return access.client()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    /** As the kubeconfig says that a server of this machine has. */
    public static ClusterApi of(Path kubeconfig) throws IOException {
        try {
            return new ClusterApi(KubeconfigFile.read(kubeconfig));
        } catch (ClusterAccess.Broken e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The same cluster by another address, with the same connections. */
    ClusterApi at(URI address) {
        return new ClusterApi(new ClusterAccess(List.of(address), access.token(), access.tls()), http);
    }

    /** Such as https://127.0.0.1:7441. */
    public URI address() {
        return access.servers().get(0);
    }

    public ClusterAccess access() {
        return access;
    }

    private HttpRequest.Builder to(String path) {
        return access.request(address().resolve(path));
    }

    /** @throws IOException when there was no answer */
    public Answer get(String path) throws IOException, InterruptedException {
        return send(to(path).GET(), PATIENCE);
    }

    public Answer post(String path, ObjectNode object) throws IOException, InterruptedException {
        return send(
                to(path).header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(Json.encode(object))),
                PATIENCE);
    }

    public Answer put(String path, ObjectNode object) throws IOException, InterruptedException {
        return send(
                to(path).header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofByteArray(Json.encode(object))),
                PATIENCE);
    }

    public Answer delete(String path) throws IOException, InterruptedException {
        return send(to(path).DELETE(), PATIENCE);
    }

    /** Whether it should get requests now. What does not answer within two seconds should not. */
    public boolean isReady() throws InterruptedException {
        try {
            return send(to("/readyz").GET(), Duration.ofSeconds(2)).code() == 200;
        } catch (IOException away) {
            return false;
        }
    }

    private Answer send(HttpRequest.Builder request, Duration patience) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
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
