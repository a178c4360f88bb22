package io.everynode.core.namespace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Timestamps;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a terminating namespace still holds, and how its status says so
 * (pkg/controller/namespace/deletion/status_condition_utils.go). For one thread.
 */
public final class NamespaceContent {

    /** The finalizer of spec.finalizers that stands for the namespace's content. */
    public static final String FINALIZER = "kubernetes";

    /** The conditions in upstream's order, with what they say when all is well. */
    private record Fine(String type, String reason, String message) {}

    private static final String REMAINING = "NamespaceContentRemaining";
    private static final String FINALIZERS = "NamespaceFinalizersRemaining";

    private static final List<Fine> CONDITIONS = List.of(
            new Fine(
                    "NamespaceDeletionDiscoveryFailure",
                    "ResourcesDiscovered",
                    "All resources successfully discovered"),
            new Fine(
                    "NamespaceDeletionGroupVersionParsingFailure",
                    "ParsedGroupVersions",
                    "All legacy kube types successfully parsed"),
            new Fine(
                    "NamespaceDeletionContentFailure",
                    "ContentDeleted",
                    "All content successfully deleted, may be waiting on finalization"),
            new Fine(REMAINING, "ContentRemoved", "All content successfully removed"),
            new Fine(FINALIZERS, "ContentHasNoFinalizers", "All content-preserving finalizers finished"));

    private final Map<String, Integer> resources = new TreeMap<>();
    private final Map<String, Integer> finalizers = new TreeMap<>();

    public void add(Kind kind, List<String> objectFinalizers) {
        resources.merge(kind.plural() + "." + kind.group(), 1, Integer::sum);
        objectFinalizers.forEach(finalizer -> finalizers.merge(finalizer, 1, Integer::sum));
    }

    public boolean isEmpty() {
        return resources.isEmpty();
    }

    /** Whether the finalizer for the content is still there. */
    public static boolean held(JsonNode namespace) {
        for (JsonNode finalizer : Json.at(namespace, "spec", "finalizers")) {
            if (finalizer.asText().equals(FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    /** A new tree in which the content no longer holds the namespace; finalizers of others stay. */
    public static ObjectNode finalised(ObjectNode namespace) {
        ObjectNode tree = namespace.deepCopy();
        ArrayNode others = tree.arrayNode();
        for (JsonNode finalizer : Json.at(namespace, "spec", "finalizers")) {
            if (!finalizer.asText().equals(FINALIZER)) {
                others.add(finalizer);
            }
        }
        ObjectNode spec = Json.child(tree, "spec");
        if (others.isEmpty()) {
            spec.remove("finalizers");
        } else {
            spec.set("finalizers", others);
        }
        return tree;
    }

    /** A new tree whose conditions tell of the content; equal to the given one when they do already. */
    public ObjectNode reported(ObjectNode namespace, Instant now) {
        ObjectNode tree = namespace.deepCopy();
        ObjectNode status = Json.child(tree, "status");
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode present ? present : status.putArray("conditions");
        for (Fine fine : CONDITIONS) {
            String problem = problem(fine.type());
            if (problem.isEmpty()) {
                set(conditions, fine.type(), "False", fine.reason(), fine.message(), now);
            } else {
                String reason = fine.type().equals(REMAINING) ? "SomeResourcesRemain" : "SomeFinalizersRemain";
                set(conditions, fine.type(), "True", reason, problem, now);
            }
        }
        return tree;
    }

    private String problem(String type) {
        if (type.equals(REMAINING) && !resources.isEmpty()) {
            return "Some resources are remaining: " + joined(resources, " has ");
        }
        return type.equals(FINALIZERS) && !finalizers.isEmpty()
                ? "Some content in the namespace has finalizers remaining: " + joined(finalizers, " in ")
                : "";
    }

    private static String joined(Map<String, Integer> counts, String between) {
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .map(count -> count.getKey() + between + count.getValue() + " resource instances")
                        .sorted()
                        .toList());
    }

    private static void set(
            ArrayNode conditions, String type, String status, String reason, String message, Instant now) {
        ObjectNode condition = null;
        for (JsonNode candidate : conditions) {
            if (candidate.path("type").asText().equals(type)) {
                condition = (ObjectNode) candidate;
            }
        }
        if (condition == null) {
            condition = conditions.addObject().put("type", type);
        }
        if (!condition.path("status").asText().equals(status)) {
            condition.put("status", status);
            condition.put("lastTransitionTime", Timestamps.seconds(now));
        }
        condition.put("reason", reason).put("message", message);
    }
}
