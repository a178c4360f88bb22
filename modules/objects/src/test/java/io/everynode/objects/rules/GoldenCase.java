package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One recorded request to a real kube-apiserver 1.20.2 with its answer. */
record GoldenCase(String name, String method, String path, String type, JsonNode body, int code, JsonNode answer) {

    private static final Pattern PATH = Pattern.compile(
            "/(?:api/(v1)|apis/([^/]+)/([^/]+))(?:/namespaces/([^/]+)(?=/))?/([a-z]+)(?:/([^/?]+))?(?:/([a-z]+))?(\\?.*)?");

    /** Answers that come from routing, preconditions and content negotiation, before or after the rules. */
    private static final Set<String> ROUTING = Set.of(
            "AlreadyExists", "NotFound", "MethodNotAllowed", "Conflict", "NotAcceptable", "UnsupportedMediaType");

    static List<GoldenCase> all() {
        String file = "/golden/kube-apiserver-1.20.2.jsonl";
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(GoldenCase.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
            return lines.lines().map(GoldenCase::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GoldenCase parse(String line) {
        JsonNode record = Json.parse(line.getBytes(StandardCharsets.UTF_8));
        JsonNode request = record.path("request");
        JsonNode answer = record.path("answer");
        return new GoldenCase(
                request.path("name").asText(),
                request.path("method").asText(),
                request.path("path").asText(),
                request.path("type").asText(""),
                request.path("body"),
                answer.path("code").asInt(),
                answer.path("body"));
    }

    /** Why the rules have no part in this case; empty when they have. */
    Optional<String> skipped() {
        if (method.equals("GET") || method.equals("DELETE")) {
            return Optional.of("reads and deletes are not the rules' business");
        }
        String reason = answer.path("reason").asText();
        if (ROUTING.contains(reason)) {
            return Optional.of("answered by routing and preconditions");
        }
        if (code == 400) {
            return Optional.of("answered by routing or by the decoder");
        }
        if (code == 422 && !answer.path("details").has("causes")) {
            return Optional.of("answered by the patch engine");
        }
        return Optional.empty();
    }

    Kind kind() {
        Matcher path = matcher();
        String group = path.group(1) != null ? "" : path.group(2);
        String version = path.group(1) != null ? path.group(1) : path.group(3);
        return Kinds.byResource(group, version, path.group(5)).orElseThrow();
    }

    String namespace() {
        return matcher().group(4) == null ? "" : matcher().group(4);
    }

    String subresource() {
        return matcher().group(7) == null ? "" : matcher().group(7);
    }

    /** The object's name in the path; null when the path names a collection. */
    String object() {
        return matcher().group(6);
    }

    boolean dryRun() {
        return path.contains("dryRun=All");
    }

    private Matcher matcher() {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            throw new IllegalStateException(path);
        }
        return matcher;
    }

    /** The body as a tree, as the API server hands it on: with its namespace. */
    ObjectNode submitted() {
        try {
            ObjectNode tree =
                    (ObjectNode) (body.isTextual() ? new YAMLMapper().readTree(body.asText()) : body.deepCopy());
            if (!namespace().isEmpty()) {
                Json.child(tree, "metadata").put("namespace", namespace());
            }
            return tree;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
