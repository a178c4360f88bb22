package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which nodes a Pod may be on by name, labels and required node affinity; all three must hold. Immutable.
 *
 * @param nodeName the only node allowed; "" for any
 * @param nodeSelector labels the node must have; empty for any
 * @param requiredTerms alternatives, one of which must match; null when none were given, and an empty list matches no
 *     node (component-helpers/scheduling/corev1/nodeaffinity)
 */
public record NodeRequirements(
        String nodeName, Map<String, String> nodeSelector, List<NodeSelectorTerm> requiredTerms) {

    /** Any node. */
    public static final NodeRequirements ANY = new NodeRequirements("", Map.of(), null);

    public NodeRequirements {
        nodeName = Trees.orEmpty(nodeName);
        nodeSelector = Trees.copy(nodeSelector);
        requiredTerms = requiredTerms == null ? null : List.copyOf(requiredTerms);
    }

    public static NodeRequirements of(JsonNode podSpec) {
        JsonNode required =
                Json.at(podSpec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        List<NodeSelectorTerm> terms = null;
        if (required.isObject()) {
            terms = new ArrayList<>();
            for (JsonNode term : required.path("nodeSelectorTerms")) {
                terms.add(NodeSelectorTerm.of(term));
            }
        }
        return new NodeRequirements(
                Trees.text(podSpec, "nodeName"), Trees.stringMap(podSpec.path("nodeSelector")), terms);
    }

    public boolean matches(NodeFacts node) {
        return matchesName(node) && matchesSelector(node) && matchesAffinity(node);
    }

    public boolean matchesName(NodeFacts node) {
        return nodeName.isEmpty() || nodeName.equals(node.name());
    }

    /** Whether the node has the labels of nodeSelector. */
    public boolean matchesSelector(NodeFacts node) {
        if (nodeSelector.isEmpty()) {
            return true;
        }
        for (Map.Entry<String, String> entry : nodeSelector.entrySet()) {
            if (!entry.getValue().equals(node.labels().get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the required node affinity, if there is one, has a term that matches. */
    public boolean matchesAffinity(NodeFacts node) {
        if (requiredTerms == null) {
            return true;
        }
        for (int i = 0; i < requiredTerms.size(); i++) {
            if (requiredTerms.get(i).matches(node)) {
                return true;
            }
        }
        return false;
    }
}
