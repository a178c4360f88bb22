package io.everynode.compatibility.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.compatibility.CompatibilityLines;
import io.everynode.compatibility.ServerProcess;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Kubernetes answers to wrong requests, as tables in src/test/resources/errors, against the whole program: status,
 * reason, causes with their fields in order ({@code anyOrder}: in any), and a part of the message. The tables were made
 * from upstream's source (validation.go of each group, registry strategies, apiserver/pkg/endpoints/handlers), for what
 * the recorded answers do not hold.
 */
class ErrorAnswersTest {

    private static final List<String> TABLES = List.of(
            "objects", "daemonsets", "pods", "kinds", "puts", "policies", "storage", "access", "updates", "requests");

    private static final Map<String, String> TYPES = Map.of(
            "merge", "application/merge-patch+json",
            "strategic", "application/strategic-merge-patch+json",
            "json-patch", "application/json-patch+json",
            "apply", "application/apply-patch+yaml",
            "yaml", "application/yaml",
            "", "application/json");

    private static final ObjectMapper YAML = new YAMLMapper();

    private static final CompatibilityLines LINES = new CompatibilityLines("errors", "tables from upstream's source");

    @TempDir
    static Path data;

    private static ServerProcess server;

    private static HttpClient client;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(data, "--hollow-nodes", "0", "--apply", "none");
        client = server.client();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        LINES.write("judge-errors");
    }

    @TestFactory
    List<DynamicTest> answers() throws IOException {
        JsonNode samples = read("samples");
        List<DynamicTest> tests = new ArrayList<>();
        for (String table : TABLES) {
            List<JsonNode> rows = new ArrayList<>();
            read(table).forEach(rows::add);
            List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                int at = i;
                String name = table + ": " + rows.get(i).path("case").asText();
                tests.add(dynamicTest(name, () -> {
                    send(rows, at, sent, samples);
                    check(name, rows.get(at), sent.get(at).join());
                }));
            }
        }
        return tests;
    }

    private static JsonNode read(String table) throws IOException {
        try (InputStream in = ErrorAnswersTest.class.getResourceAsStream("/errors/" + table + ".yaml")) {
            return YAML.readTree(in);
        }
    }

    /** Sends the row, and with it the dry runs that follow: these leave nothing behind for each other. */
    private void send(
            List<JsonNode> rows, int at, List<CompletableFuture<HttpResponse<String>>> sent, JsonNode samples) {
        while (sent.size() <= at
                || sent.size() < rows.size() && dryRun(rows.get(at)) && dryRun(rows.get(sent.size()))) {
            sent.add(client.sendAsync(request(rows.get(sent.size()), samples), BodyHandlers.ofString()));
        }
    }

    private static boolean dryRun(JsonNode row) {
        return row.has("create") && !row.path("keep").asBoolean();
    }

    private static void check(String name, JsonNode row, HttpResponse<String> response) throws IOException {
        JsonNode answer = Json.mapper().readTree(response.body());
        List<String> expected = new ArrayList<>();
        row.path("causes").forEach(cause -> expected.add(cause.asText()));
        List<String> causes = new ArrayList<>();
        answer.path("details")
                .path("causes")
                .forEach(cause -> causes.add(cause.path("reason").asText().replaceFirst("^FieldValue", "") + " "
                        + cause.path("field").asText()));
        if (row.path("anyOrder").asBoolean()) {
            Collections.sort(expected);
            Collections.sort(causes);
        }
        int code = row.path("code").asInt(422);
        boolean right = response.statusCode() == code
                && (code < 400 || answer.path("code").asInt() == code)
                && (!row.has("reason") || answer.path("reason").equals(row.path("reason")))
                && (code != 422 || causes.equals(expected))
                && answer.path("message").asText().contains(row.path("message").asText());
        if (right) {
            LINES.pass(name);
        } else {
            LINES.fail(
                    name, response.statusCode() + " " + answer.path("message").asText() + " " + causes);
        }
        assertThat(right).as("%s%nexpected %s%nbut got %s", name, row, answer).isTrue();
    }

    /**
     * One of {@code create: KIND} and {@code put: KIND}, dry runs of the sample with changes unless {@code keep};
     * {@code patch: KIND} of the object {@code named}, a merge patch unless {@code type}; {@code request: METHOD PATH}.
     */
    private static HttpRequest request(JsonNode row, JsonNode samples) {
        String method = "POST";
        String path;
        byte[] body;
        String type = row.path("type").asText("");
        if (row.has("create") || row.has("put")) {
            Kind kind = kind(row.path(row.has("create") ? "create" : "put").asText());
            ObjectNode object = samples.path(
                            row.path(row.has("create") ? "create" : "put").asText())
                    .deepCopy();
            object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
            merge(object, row.path("with"));
            path = collection(kind);
            if (row.has("put")) {
                method = "PUT";
                path += "/" + Json.text(object, "metadata", "name");
            }
            path += row.path("keep").asBoolean() ? "" : "?dryRun=All";
            body = Json.encode(object);
        } else if (row.has("patch")) {
            method = "PATCH";
            path = collection(kind(row.path("patch").asText())) + "/"
                    + row.path("named").asText();
            body = Json.encode(row.path("body"));
            type = type.isEmpty() ? "merge" : type;
        } else {
            String[] words = row.path("request").asText().split(" ", 2);
            method = words[0];
            path = words[1];
            JsonNode given = row.path("body");
            body = given.isMissingNode()
                    ? new byte[0]
                    : given.isTextual()
                            ? given.asText().getBytes(java.nio.charset.StandardCharsets.UTF_8)
                            : Json.encode(given);
        }
        return HttpRequest.newBuilder(URI.create(server.address() + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", TYPES.getOrDefault(type, type))
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .build();
    }

    private static Kind kind(String name) {
        return Kinds.all().stream()
                .filter(kind -> kind.kind().equals(name) || name.equals(kind.group() + "/" + kind.kind()))
                .findFirst()
                .orElseThrow();
    }

    private static String collection(Kind kind) {
        String root =
                kind.group().isEmpty() ? "/api/" + kind.version() : "/apis/" + kind.group() + "/" + kind.version();
        return root + (kind.namespaced() ? "/namespaces/errors" : "") + "/" + kind.plural();
    }

    /** As a JSON merge patch; a list's only object stands for changes of the sample's first. */
    private static void merge(ObjectNode target, JsonNode changes) {
        changes.properties().forEach(change -> {
            JsonNode value = change.getValue();
            JsonNode current = target.path(change.getKey());
            if (value.isNull()) {
                target.remove(change.getKey());
            } else if (value.isObject() && current.isObject()) {
                merge((ObjectNode) current, value);
            } else if (value.isArray()
                    && value.path(0).path("+").asBoolean()
                    && current.path(0).isObject()) {
                ObjectNode difference = value.path(0).deepCopy();
                difference.remove("+");
                merge((ObjectNode) current.get(0), difference);
            } else {
                target.set(change.getKey(), value.deepCopy());
            }
        });
    }
}
