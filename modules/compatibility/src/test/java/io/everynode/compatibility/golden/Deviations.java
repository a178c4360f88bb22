package io.everynode.compatibility.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.everynode.objects.Json;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Where this server answers otherwise than Kubernetes 1.20.2 did, and why: nearly always because newer Kubernetes does.
 * {@link #BY_NAME} holds single cases, {@link #toNewer} what newer servers do to every object of a kind.
 */
final class Deviations {

    /** What is to be expected instead of the recorded answer. */
    record Expected(int code, JsonNode answer) {}

    /**
     * @param why for people
     * @param to from the recorded answer to the expected one
     */
    private record Deviation(String why, UnaryOperator<Expected> to) {}

    private static final String SELECTOR = "a missing selector is reported by its name";
    private static final String SURGE = "maxSurge exists since 1.21, and only both may not be 0";

    private static final Map<String, Deviation> BY_NAME = Map.ofEntries(
            Map.entry("ds: no spec", new Deviation(SELECTOR, Deviations::selectorRequired)),
            Map.entry("ds: YAML body", new Deviation(SELECTOR, Deviations::selectorRequired)),
            Map.entry("ds: maxUnavailable 0", new Deviation(SURGE, Deviations::surge)),
            Map.entry("ds: maxUnavailable 0%", new Deviation(SURGE, Deviations::surge)),
            Map.entry(
                    "ds: env name bad",
                    new Deviation(
                            "any printable ASCII names a variable since 1.34",
                            expected -> new Expected(
                                    201, Json.object().put("kind", "DaemonSet").put("any", true)))),
            Map.entry("ds: request over limit", new Deviation("the message names the limit since 1.27", expected -> {
                return cause(
                        expected,
                        "Invalid value: \"300Mi\": must be less than or equal to memory limit of 200Mi",
                        "FieldValueInvalid");
            })),
            Map.entry(
                    "ds: apiVersion mismatch",
                    new Deviation(
                            "the message ended with the place in Go's source where the kinds are registered",
                            expected -> {
                                ObjectNode answer = expected.answer().deepCopy();
                                answer.put(
                                        "message",
                                        answer.path("message").asText().replaceAll(" in scheme .*", ""));
                                return new Expected(expected.code(), answer);
                            })),
            Map.entry("list: version bad", new Deviation("upstream says 500 to bad input", expected -> {
                ObjectNode answer = expected.answer().deepCopy();
                answer.put("code", 400).put("reason", "BadRequest");
                return new Expected(400, answer);
            })),
            Map.entry("path: apps/v1", new Deviation("singularName is filled in since 1.27", expected -> {
                ObjectNode answer = expected.answer().deepCopy();
                answer.path("resources").forEach(resource -> {
                    boolean part = resource.path("name").asText().contains("/");
                    ((ObjectNode) resource)
                            .put(
                                    "singularName",
                                    part ? "" : resource.path("kind").asText().toLowerCase(java.util.Locale.ROOT));
                });
                return new Expected(expected.code(), answer);
            })),
            Map.entry("path: groups", new Deviation("policy/v1 exists since 1.21", expected -> {
                ObjectNode answer = expected.answer().deepCopy();
                answer.path("groups").forEach(group -> {
                    if (group.path("name").asText().equals("policy")) {
                        ((ObjectNode) group.get("preferredVersion"))
                                .put("groupVersion", "policy/v1")
                                .put("version", "v1");
                    }
                });
                return new Expected(expected.code(), answer);
            })),
            Map.entry(
                    "path: unknown path",
                    new Deviation(
                            "1.20 listed all paths there, newer servers say it in plain text",
                            expected -> new Expected(404, TextNode.valueOf("404 page not found\n")))),
            Map.entry(
                    "pod: table",
                    new Deviation("restarts are a text since 1.22, which tells when the last one was", expected -> {
                        ObjectNode answer = expected.answer().deepCopy();
                        ((ObjectNode) answer.path("columnDefinitions").get(3)).put("type", "string");
                        ((ArrayNode) answer.path("rows").get(0).path("cells")).set(3, "0");
                        return new Expected(expected.code(), answer);
                    })));

    private Deviations() {}

    static Set<String> names() {
        return BY_NAME.keySet();
    }

    static Expected expected(Recording recording) {
        Deviation deviation = BY_NAME.get(recording.name());
        Expected recorded = new Expected(recording.code(), toNewer(recording.answer()));
        return deviation == null ? recorded : deviation.to().apply(recorded);
    }

    private static JsonNode toNewer(JsonNode recorded) {
        JsonNode answer = recorded.deepCopy();
        String kind = answer.path("kind").asText();
        if (answer instanceof ObjectNode object) {
            newerObject(kind, object);
        }
        for (JsonNode item : answer.path("items")) {
            newerObject(kind.replaceAll("List$", ""), (ObjectNode) item);
        }
        return answer;
    }

    private static void newerObject(String kind, ObjectNode object) {
        ObjectNode meta = object.get("metadata") instanceof ObjectNode present ? present : Json.object();
        switch (kind) {
            case "DaemonSet" -> {
                // Surge came with 1.21; nulls such as the template's creationTimestamp are no longer encoded.
                JsonNode strategy = object.path("spec").path("updateStrategy");
                if (strategy.path("type").asText().equals("RollingUpdate")
                        && strategy.path("rollingUpdate") instanceof ObjectNode rolling) {
                    rolling.put("maxSurge", 0);
                }
                ((ObjectNode) object.path("spec").path("template").path("metadata")).remove("creationTimestamp");
            }
            case "Namespace" ->
                // Namespaces carry their name as a label since 1.21.
                Json.child(meta, "labels")
                        .put("kubernetes.io/metadata.name", meta.path("name").asText());
            case "Pod" -> withAccount((ObjectNode) object.path("spec"));
            default -> {
                // As recorded.
            }
        }
    }

    /** The recorded server ran without the ServiceAccount plugin; this is what it adds since 1.21. */
    private static void withAccount(ObjectNode spec) {
        spec.put("serviceAccountName", "default").put("serviceAccount", "default");
        for (JsonNode container : spec.path("containers")) {
            ((ObjectNode) container)
                    .withArray("volumeMounts")
                    .addObject()
                    .put("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount")
                    .put("name", "kube-api-access-abcde")
                    .put("readOnly", true);
        }
        ObjectNode volume = spec.withArray("volumes").addObject().put("name", "kube-api-access-abcde");
        ObjectNode projected = volume.putObject("projected").put("defaultMode", 420);
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", 3607)
                .put("path", "token");
        ObjectNode authority = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode namespace =
                sources.addObject().putObject("downwardAPI").putArray("items").addObject();
        namespace.put("path", "namespace");
        namespace.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
    }

    private static Expected selectorRequired(Expected expected) {
        ObjectNode answer = expected.answer().deepCopy();
        ((ArrayNode) answer.path("details").path("causes"))
                .insertObject(0)
                .put("field", "spec.selector")
                .put("message", "Required value")
                .put("reason", "FieldValueRequired");
        return new Expected(expected.code(), answer);
    }

    private static Expected surge(Expected expected) {
        return cause(expected, "Required value: cannot be 0 when maxSurge is 0", "FieldValueRequired");
    }

    /** With another only cause. */
    private static Expected cause(Expected expected, String message, String reason) {
        ObjectNode answer = expected.answer().deepCopy();
        ObjectNode cause = (ObjectNode) answer.path("details").path("causes").get(0);
        cause.put("message", message).put("reason", reason);
        answer.put(
                "message",
                answer.path("message").asText().replaceAll(" is invalid: .*", " is invalid: ")
                        + cause.path("field").asText() + ": " + message);
        return new Expected(expected.code(), answer);
    }
}
