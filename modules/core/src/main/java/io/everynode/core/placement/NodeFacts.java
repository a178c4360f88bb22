package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;

/**
 * What placement reads of a Node, parsed once. Immutable.
 *
 * @param unschedulable {@code spec.unschedulable}: the node is cordoned
 * @param allocatable what Pods may request in total
 * @param allocatablePods how many Pods the node takes
 * @param ready whether the Ready condition is True
 */
public record NodeFacts(
        String name,
        String uid,
        Map<String, String> labels,
        List<Taint> taints,
        boolean unschedulable,
        Resources allocatable,
        long allocatablePods,
        boolean ready) {

    public NodeFacts {
        name = Trees.orEmpty(name);
        uid = Trees.orEmpty(uid);
        labels = Trees.copy(labels);
        taints = Trees.copy(taints);
        allocatable = allocatable == null ? Resources.ZERO : allocatable;
    }

    /** Reads a Node; without {@code status.allocatable} its capacity counts, as in upstream's defaulting. */
    public static NodeFacts of(JsonNode node) {
        JsonNode status = node.path("status");
        JsonNode amounts = status.path("allocatable").isObject() ? status.path("allocatable") : status.path("capacity");
        ResourceAmounts allocatable = ResourceAmounts.of(amounts);
        JsonNode metadata = node.path("metadata");
        return new NodeFacts(
                Trees.text(metadata, "name"),
                Trees.text(metadata, "uid"),
                Trees.stringMap(metadata.path("labels")),
                Taint.listOf(Json.at(node, "spec", "taints")),
                Json.at(node, "spec", "unschedulable").asBoolean(false),
                allocatable.toResources(),
                allocatable.pods(),
                ConditionTaints.status(node, "Ready").equals("True"));
    }
}
