package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.WriteRequest;
import io.everynode.objects.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server on a free port over a fake control plane, and a client to it. A static one that is registered as an
 * extension ends with its class.
 */
final class TestServer implements AutoCloseable, AfterAllCallback {

    /** Plain HTTP, where everybody is the administrator. */
    static final String OPEN_DOORS = "everynode.api-server.tls.mode = off\neverynode.authentication.mode = none";

    private final ActorTestKit kit = ActorTestKit.create(
            ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));
    final FakeControlPlane controlPlane = new FakeControlPlane();
    final ApiServer server;
    private final HttpClient client;

    TestServer() {
        this("");
    }

    /** @param config settings below everynode.api-server */
    TestServer(String config) {
        this(config, HttpClient.Version.HTTP_1_1);
    }

    /** One that asks roles and bindings. */
    static TestServer withRoles() {
        return new TestServer("", HttpClient.Version.HTTP_1_1, "{mode = rbac}");
    }

    /** One that asks them also for what Pods name. */
    static TestServer withCheckedReferences() {
        return new TestServer("", HttpClient.Version.HTTP_1_1, "{mode = rbac, pod-references = checked}");
    }

    TestServer(String config, HttpClient.Version version) {
        this(config, version, "{mode = always-allow}");
    }

    private TestServer(String config, HttpClient.Version version, String authorization) {
        ApiServerSettings settings = ApiServerSettings.from(ConfigFactory.parseString(OPEN_DOORS
                        + "\neverynode.api-server {" + config + "}\neverynode.authorization " + authorization))
                .withAddress("127.0.0.1", 0);
        server = await(ApiServer.start(kit.system(), controlPlane, settings));
        client = HttpClient.newBuilder()
                .version(version)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    static <T> T await(java.util.concurrent.CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    ActorTestKit kit() {
        return kit;
    }

    int port() {
        return server.address().getPort();
    }

    /** @param headers names and values in turn */
    Answer send(String method, String path, String body, String... headers) {
        return send(request(method, path, body, headers));
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            return new Answer(response, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    /** The body in chunks and without a Content-Type, as {@code kubectl create --raw} sends it. */
    Answer postRaw(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                .build();
        return send(request);
    }

    Answer post(String path, String body) {
        return send("POST", path, body, "Content-Type", "application/json");
    }

    Answer put(String path, String body) {
        return send("PUT", path, body, "Content-Type", "application/json");
    }

    Answer merge(String path, String body) {
        return send("PATCH", path, body, "Content-Type", "application/merge-patch+json");
    }

    Answer delete(String path) {
        return send("DELETE", path, null);
    }

    private HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder.build();
    }

    /** Opens a watch; its events are read as they come. */
    Watch watch(String path, String... headers) {
        try {
            HttpResponse<InputStream> response =
                    client.send(request("GET", path, null, headers), BodyHandlers.ofInputStream());
            return new Watch(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void configMap(String name, String labels) {
        Answer created = post(
                "/api/v1/namespaces/default/configmaps",
                "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{" + labels + "}},\"data\":{\"a\":\"b\"}}");
        if (created.code() != 201) {
            throw new IllegalStateException(created.text());
        }
    }

    void label(String name, String labels) {
        Answer patched =
                merge("/api/v1/namespaces/default/configmaps/" + name, "{\"metadata\":{\"labels\":{" + labels + "}}}");
        if (patched.code() != 200) {
            throw new IllegalStateException(patched.text());
        }
    }

    void remove(String name) {
        Answer removed = delete("/api/v1/namespaces/default/configmaps/" + name);
        if (removed.code() != 200) {
            throw new IllegalStateException(removed.text());
        }
    }

    long version() {
        return controlPlane.catalog().resourceVersion();
    }

    /** The last write that was asked of the control plane. */
    WriteRequest lastWrite() {
        List<WriteRequest> all = controlPlane.requests();
        return all.get(all.size() - 1);
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    record Answer(HttpResponse<byte[]> response, byte[] body) {
        int code() {
            return response.statusCode();
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        ObjectNode json() {
            return Json.parse(body);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        List<String> headers(String name) {
            return response.headers().allValues(name);
        }

        String reason() {
            return Json.text(json(), "reason");
        }

        String message() {
            return Json.text(json(), "message");
        }

        List<String> names() {
            List<String> names = new ArrayList<>();
            for (JsonNode item : json().path("items")) {
                names.add(Json.text(item, "metadata", "name"));
            }
            return names;
        }
    }

    static final class Watch implements AutoCloseable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Watch(HttpResponse<InputStream> response) {
            this.response = response;
            this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        int code() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** For events that are no lines; not to be mixed with {@link #next}. */
        InputStream bytes() {
            return response.body();
        }

        /** The next event; null at the end. */
        ObjectNode next() {
            try {
                String line = lines.readLine();
                return line == null ? null : Json.parse(line.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The next event as "TYPE name", or "END". */
        String brief() {
            ObjectNode event = next();
            return event == null
                    ? "END"
                    : Json.text(event, "type") + " " + Json.text(event, "object", "metadata", "name");
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
