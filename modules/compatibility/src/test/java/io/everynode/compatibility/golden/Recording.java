package io.everynode.compatibility.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One request and the answer that a real kube-apiserver 1.20.2 gave to it.
 *
 * @param type the request's Content-Type, or ""
 * @param body as it was sent; empty for none
 * @param answerType media type of the answer
 * @param answer a tree, or a text node when it was no JSON
 */
record Recording(
        String name,
        String method,
        String path,
        String type,
        Map<String, String> headers,
        byte[] body,
        int code,
        String answerType,
        JsonNode answer) {

    /** The one copy; the module of the rules replays it, too, without a server. */
    private static final Path FILE = Path.of("../objects/src/test/resources/golden/kube-apiserver-1.20.2.jsonl");

    /** In the order of the recording: later requests rely on what earlier ones made. */
    static List<Recording> all() throws IOException {
        return Files.readAllLines(FILE).stream().map(Recording::parse).toList();
    }

    private static Recording parse(String line) {
        ObjectNode record = Json.parse(line.getBytes(StandardCharsets.UTF_8));
        JsonNode request = record.path("request");
        JsonNode answer = record.path("answer");
        JsonNode body = request.path("body");
        Map<String, String> headers = new TreeMap<>();
        request.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        return new Recording(
                request.path("name").asText(),
                request.path("method").asText(),
                request.path("path").asText(),
                request.path("type").asText(""),
                headers,
                body.isNull()
                        ? new byte[0]
                        : body.isTextual() ? body.asText().getBytes(StandardCharsets.UTF_8) : Json.encode(body),
                answer.path("code").asInt(),
                answer.path("type").asText(),
                answer.path("body"));
    }
}
