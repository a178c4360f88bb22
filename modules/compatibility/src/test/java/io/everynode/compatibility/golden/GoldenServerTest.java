package io.everynode.compatibility.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.everynode.compatibility.CompatibilityLines;
import io.everynode.compatibility.ServerProcess;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays the recording against the whole program, in its order and in a fresh one, and compares every answer with the
 * recorded one. Where they differ on purpose, {@link Deviations} says how and why; a deviation that no longer occurs
 * fails as well.
 */
class GoldenServerTest {

    private static final CompatibilityLines LINES =
            new CompatibilityLines("differential", "recorded kube-apiserver 1.20.2");

    @TempDir
    static Path data;

    private static ServerProcess server;

    private static HttpClient client;
    private final Set<String> deviated = new HashSet<>();

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.start(data, "--hollow-nodes", "0", "--apply", "none");
        client = server.client();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        LINES.write("judge-golden");
    }

    @TestFactory
    List<DynamicTest> replay() throws IOException {
        List<Recording> recordings = Recording.all();
        List<DynamicTest> tests = new ArrayList<>();
        for (Recording recording : recordings) {
            tests.add(dynamicTest(recording.name(), () -> replay(recording)));
        }
        tests.add(dynamicTest("the whole recording was replayed, and each deviation is still one", () -> {
            assertThat(recordings).hasSize(107);
            assertThat(deviated).isEqualTo(Deviations.names());
        }));
        return tests;
    }

    private void replay(Recording recording) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(recording);
        JsonNode body = body(answer);
        List<String> literally = differences(recording, recording.code(), recording.answer(), answer, body);
        Deviations.Expected expected = Deviations.expected(recording);
        List<String> found = differences(recording, expected.code(), expected.answer(), answer, body);
        if (Deviations.names().contains(recording.name()) && !literally.isEmpty()) {
            deviated.add(recording.name());
        }
        if (found.isEmpty()) {
            LINES.pass(recording.name());
        } else {
            LINES.fail(recording.name(), String.join("; ", found));
        }
        assertThat(found).isEmpty();
    }

    private static List<String> differences(
            Recording recording, int code, JsonNode expected, HttpResponse<byte[]> answer, JsonNode body) {
        List<String> differences = new ArrayList<>();
        if (answer.statusCode() != code) {
            differences.add("status: expected " + code + " but got " + answer.statusCode() + " " + body);
        }
        String type = answer.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "");
        String wanted = expected.isTextual() ? "text/plain" : recording.answerType();
        if (!type.equals(wanted)) {
            differences.add("type: expected " + wanted + " but got " + type);
        }
        differences.addAll(Comparison.of(expected, body));
        return differences;
    }

    private HttpResponse<byte[]> send(Recording recording) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + recording.path()))
                .timeout(Duration.ofSeconds(30))
                .method(
                        recording.method(),
                        recording.body().length == 0
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(recording.body()));
        if (!recording.type().isEmpty()) {
            request.header("Content-Type", recording.type());
        }
        recording.headers().forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode body(HttpResponse<byte[]> answer) throws IOException {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        return type.startsWith("application/json")
                ? Json.mapper().readTree(answer.body())
                : TextNode.valueOf(new String(answer.body(), StandardCharsets.UTF_8));
    }
}
