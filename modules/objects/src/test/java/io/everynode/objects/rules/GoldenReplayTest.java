package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays what a real kube-apiserver 1.20.2 answered through {@link ObjectRules}, in order, and compares what a client
 * branches on. Where newer Kubernetes answers differently, the newer behaviour is expected; {@link #NEWER} says why.
 */
class GoldenReplayTest {

    private static final WriteContext CONTEXT =
            new WriteContext(Instant.parse("2026-11-21T20:45:53.7Z"), "00000000-0000-4000-8000-000000000001", "abcde");

    /** A later server's answer to one case: why it differs, and how. */
    private record Newer(String why, Consumer<ObjectNode> adjust) {}

    private static final Map<String, Newer> NEWER = Map.of(
            "ds: no spec",
            new Newer("selector is required by name since 1.3x", GoldenReplayTest::selectorRequired),
            "ds: YAML body",
            new Newer("selector is required by name since 1.3x", GoldenReplayTest::selectorRequired),
            "ds: env name bad",
            new Newer("printable ASCII names are allowed since 1.34", answer -> answer.removeAll()),
            "ds: request over limit",
            new Newer(
                    "the message names the limit since 1.27",
                    answer -> cause(answer)
                            .put(
                                    "message",
                                    "Invalid value: \"300Mi\": must be less than or equal to memory limit of 200Mi")),
            "ds: maxUnavailable 0",
            new Newer("maxSurge exists since 1.21", GoldenReplayTest::surge),
            "ds: maxUnavailable 0%",
            new Newer("maxSurge exists since 1.21", GoldenReplayTest::surge));

    private static void selectorRequired(ObjectNode answer) {
        ArrayNode causes = (ArrayNode) answer.path("details").path("causes");
        causes.insertObject(0)
                .put("field", "spec.selector")
                .put("message", "Required value")
                .put("reason", "FieldValueRequired");
    }

    private static void surge(ObjectNode answer) {
        cause(answer)
                .put("message", "Required value: cannot be 0 when maxSurge is 0")
                .put("reason", "FieldValueRequired");
    }

    private static ObjectNode cause(ObjectNode answer) {
        return (ObjectNode) answer.path("details").path("causes").get(0);
    }

    private final Map<String, ObjectNode> store = new HashMap<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final Set<String> adjusted = new HashSet<>();
    private int replayed;
    private int refused;

    @TestFactory
    List<DynamicTest> replay() {
        List<DynamicTest> tests = new ArrayList<>();
        List<GoldenCase> cases = GoldenCase.all();
        for (GoldenCase golden : cases) {
            golden.skipped()
                    .ifPresentOrElse(
                            why -> skipped.merge(why, 1, Integer::sum),
                            () -> tests.add(dynamicTest(golden.name(), () -> replay(golden))));
        }
        tests.add(dynamicTest("nothing is skipped silently", () -> {
            assertThat(cases).hasSize(107);
            assertThat(skipped)
                    .isEqualTo(Map.of(
                            "reads and deletes are not the rules' business", 27,
                            "answered by routing and preconditions", 7,
                            "answered by routing or by the decoder", 8,
                            "answered by the patch engine", 2));
            assertThat(replayed).isEqualTo(63);
            assertThat(refused).isEqualTo(44);
            assertThat(adjusted).isEqualTo(NEWER.keySet());
        }));
        return tests;
    }

    private void replay(GoldenCase golden) {
        replayed++;
        Kind kind = golden.kind();
        Outcome<ObjectNode> outcome;
        if (golden.method().equals("POST")) {
            outcome = ObjectRules.create(kind, golden.submitted(), CONTEXT);
        } else {
            ObjectNode current = store.get(kind + golden.object());
            assertThat(current).as("%s is there", golden.object()).isNotNull();
            ObjectNode submitted = golden.method().equals("PATCH")
                    ? PlainPatch.apply(golden.type(), current, golden.body())
                    : golden.submitted();
            outcome = ObjectRules.update(kind, golden.subresource(), current, submitted, CONTEXT);
        }
        ObjectNode expected = golden.answer().deepCopy();
        Newer newer = NEWER.get(golden.name());
        if (newer != null) {
            newer.adjust().accept(expected);
            adjusted.add(golden.name());
        }
        if (outcome instanceof Outcome.Done<ObjectNode> done) {
            if (!expected.isEmpty()) {
                compare(kind, done.value(), expected);
            }
            if (!golden.dryRun()) {
                store.put(kind + Json.text(done.value(), "metadata", "name"), done.value());
            }
        } else {
            refused++;
            compare(((Outcome.Refused<ObjectNode>) outcome).status(), expected);
        }
    }

    private static void compare(Kind kind, ObjectNode stored, ObjectNode answer) {
        assertThat(answer.path("kind").asText())
                .as("refused upstream: %s", answer)
                .isEqualTo(kind.kind());
        toNewer(kind, answer);
        ObjectNode meta = (ObjectNode) stored.path("metadata");
        assertThat(stored.path("spec")).isEqualTo(answer.path("spec"));
        assertThat(meta.path("labels")).isEqualTo(answer.path("metadata").path("labels"));
        assertThat(meta.path("annotations")).isEqualTo(answer.path("metadata").path("annotations"));
        assertThat(meta.path("namespace")).isEqualTo(answer.path("metadata").path("namespace"));
        assertThat(meta.path("creationTimestamp").asText()).isEqualTo("2026-11-21T20:45:53Z");
        assertThat(meta.has("resourceVersion")).isFalse();
        if (kind.equals(Kinds.CONTROLLER_REVISION)) {
            assertThat(stored.path("data")).isEqualTo(answer.path("data"));
            assertThat(stored.path("revision")).isEqualTo(answer.path("revision"));
        }
    }

    /** What every newer server adds to every object of a kind, and what other parts of this one do. */
    private static void toNewer(Kind kind, ObjectNode answer) {
        ObjectNode meta = (ObjectNode) answer.path("metadata");
        if (kind.equals(Kinds.DAEMON_SET)) {
            // Surge came with 1.21; nulls such as the template's creationTimestamp are no longer encoded.
            ObjectNode strategy = (ObjectNode) answer.path("spec").path("updateStrategy");
            if (strategy.path("type").asText().equals("RollingUpdate")) {
                ((ObjectNode) strategy.path("rollingUpdate")).put("maxSurge", 0);
            }
            ((ObjectNode) answer.path("spec").path("template").path("metadata")).remove("creationTimestamp");
        } else if (kind.equals(Kinds.NAMESPACE)) {
            // Namespaces carry their name as a label since 1.21.
            Json.child(meta, "labels")
                    .put("kubernetes.io/metadata.name", meta.path("name").asText());
        } else if (kind.equals(Kinds.POD)) {
            // The recorded server ran without the ServiceAccount plugin; the Priority plugin is another part here.
            ObjectNode spec = (ObjectNode) answer.path("spec");
            spec.put("serviceAccountName", "default").put("serviceAccount", "default");
            spec.remove(List.of("priority", "preemptionPolicy"));
        }
    }

    private static void compare(ApiStatus status, ObjectNode answer) {
        assertThat(status.code()).isEqualTo(answer.path("code").asInt());
        assertThat(status.reason()).isEqualTo(answer.path("reason").asText());
        JsonNode details = answer.path("details");
        assertThat(status.details().name()).isEqualTo(details.path("name").asText(""));
        assertThat(status.details().group()).isEqualTo(details.path("group").asText(""));
        assertThat(status.details().kind()).isEqualTo(details.path("kind").asText(""));
        List<String> wanted = new ArrayList<>();
        List<String> wantedTexts = new ArrayList<>();
        details.path("causes").forEach(cause -> {
            wanted.add(cause.path("reason").asText() + " " + cause.path("field").asText());
            wantedTexts.add(
                    cause.path("field").asText() + ": " + cause.path("message").asText());
        });
        List<ApiStatus.Cause> causes = status.details().causes();
        assertThat(causes)
                .extracting(cause -> cause.reason() + " " + cause.field())
                .isEqualTo(wanted);
        for (int i = 0; i < causes.size(); i++) {
            compareText(causes.get(i).field() + ": " + causes.get(i).message(), wantedTexts.get(i));
        }
        if (wantedTexts.stream().noneMatch(GoldenReplayTest::printsGo)) {
            List<String> distinct = wantedTexts.stream().distinct().toList();
            String all = distinct.stream().collect(Collectors.joining(", "));
            assertThat(status.message()).endsWith(" is invalid: " + (distinct.size() > 1 ? "[" + all + "]" : all));
        }
    }

    /** Of messages with Go structures only what follows them is the same. */
    private static void compareText(String text, String wanted) {
        if (!printsGo(wanted)) {
            assertThat(text).isEqualTo(wanted);
            return;
        }
        int end = Math.max(wanted.lastIndexOf("}: "), wanted.lastIndexOf("(nil): "));
        if (end >= 0) {
            assertThat(text).endsWith(wanted.substring(wanted.indexOf(": ", end)));
        } else {
            assertThat(text).startsWith("spec: Forbidden: pod updates may not change fields other than ");
        }
    }

    private static boolean printsGo(String message) {
        return message.contains("map[string]string")
                || message.contains("core.")
                || message.contains("v1.")
                || message.contains("apps.") && message.contains("{Type");
    }
}
