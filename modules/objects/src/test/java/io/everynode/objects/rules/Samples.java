package io.everynode.objects.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import java.time.Instant;
import java.util.List;

/** Small objects for tests, written as JSON with single quotes and bare names. */
final class Samples {

    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    static final WriteContext CONTEXT = new WriteContext(Instant.parse("2026-11-21T20:45:53.9Z"), "uid-1", "x7k2p");

    private Samples() {}

    static ObjectNode json(String text) {
        try {
            return (ObjectNode) LENIENT.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** A valid object with the fragment merged over it: objects merge, null removes, the rest replaces. */
    static ObjectNode with(ObjectNode object, String fragment) {
        return PlainPatch.apply("application/merge-patch+json", object, json(fragment));
    }

    static ObjectNode daemonSet() {
        return json("{apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: {name: 'd', namespace: 'n'}, spec: {"
                + "selector: {matchLabels: {a: 'b'}}, template: {metadata: {labels: {a: 'b'}}, spec: {"
                + "containers: [{name: 'c', image: 'i:1'}]}}}}");
    }

    static ObjectNode pod() {
        return json("{apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p', namespace: 'n'}, spec: {"
                + "containers: [{name: 'c', image: 'i:1'}]}}");
    }

    static ObjectNode object(Kind kind, String rest) {
        ObjectNode object = json("{metadata: {name: 'o'}}");
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        if (kind.namespaced()) {
            Json.child(object, "metadata").put("namespace", "n");
        }
        return with(object, rest);
    }

    static ObjectNode created(Kind kind, ObjectNode submitted) {
        return done(ObjectRules.create(kind, submitted, CONTEXT));
    }

    static ObjectNode updated(Kind kind, String subresource, ObjectNode current, ObjectNode submitted) {
        return done(ObjectRules.update(kind, subresource, current, submitted, CONTEXT));
    }

    static ObjectNode done(Outcome<ObjectNode> outcome) {
        if (outcome instanceof Outcome.Refused<ObjectNode> refused) {
            throw new AssertionError(refused.status().message());
        }
        return ((Outcome.Done<ObjectNode>) outcome).value();
    }

    /** What is wrong, as "field: message" of each cause. */
    static List<String> wrong(Outcome<ObjectNode> outcome) {
        if (outcome instanceof Outcome.Refused<ObjectNode> refused) {
            ApiStatus status = refused.status();
            return status.details().causes().stream()
                    .map(cause -> cause.field() + ": " + cause.message())
                    .toList();
        }
        return List.of();
    }

    static List<String> wrongNew(Kind kind, JsonNode submitted) {
        return wrong(ObjectRules.create(kind, (ObjectNode) submitted, CONTEXT));
    }

    static List<String> wrongUpdate(Kind kind, String subresource, ObjectNode current, ObjectNode submitted) {
        return wrong(ObjectRules.update(kind, subresource, current, submitted, CONTEXT));
    }
}
