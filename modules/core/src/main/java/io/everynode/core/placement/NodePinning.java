package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * How a daemon Pod is tied to its node before it is bound: by required node affinity to the node's name
 * (pkg/controller/daemon/util, ReplaceDaemonSetPodNodeNameNodeAffinity). Pure.
 */
public final class NodePinning {

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String TERMS = "nodeSelectorTerms";

    private NodePinning() {}

    /**
     * A Pod spec whose only required node affinity term is that node's name. The template's own required terms were
     * judged when the node was picked; everything else of the affinity stays. Beside the affinity, which is its own,
     * the new spec shares its parts with the given one, which is not changed.
     */
    public static ObjectNode pin(ObjectNode podSpec, String node) {
        ObjectNode copy = Json.object();
        copy.setAll(podSpec);
        if (podSpec.get("affinity") instanceof ObjectNode affinity) {
            copy.set("affinity", affinity.deepCopy());
        }
        ObjectNode required = Json.child(Json.child(Json.child(copy, "affinity"), "nodeAffinity"), REQUIRED);
        ArrayNode terms = required.putArray(TERMS);
        terms.addObject()
                .putArray("matchFields")
                .addObject()
                .put("key", NodeSelectorTerm.NODE_NAME)
                .put("operator", "In")
                .putArray("values")
                .add(node);
        return copy;
    }

    /**
     * The node a daemon Pod belongs to: the one it is bound to, else the one it is pinned to; "" when it has neither,
     * or is pinned to anything but a single node (GetTargetNodeName).
     */
    public static String target(JsonNode podSpec) {
        String bound = Trees.text(podSpec, "nodeName");
        if (!bound.isEmpty()) {
            return bound;
        }
        for (JsonNode term : Json.at(podSpec, "affinity", "nodeAffinity", REQUIRED, TERMS)) {
            for (JsonNode field : term.path("matchFields")) {
                if (Trees.text(field, "key").equals(NodeSelectorTerm.NODE_NAME)
                        && Trees.text(field, "operator").equals("In")) {
                    JsonNode values = field.path("values");
                    return values.size() == 1 ? values.get(0).asText("") : "";
                }
            }
        }
        return "";
    }
}
