package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Conditions that must hold together (core/v1 NodeSelectorTerm); a term without any matches no node. Immutable.
 *
 * <p>The key {@code metadata.name} in matchExpressions means the node's name, unless the node has a label of that key.
 * Upstream knows the name only in matchFields, which takes a single value; published manifests and benchmarks list
 * several nodes in this way.
 */
public record NodeSelectorTerm(
        List<NodeSelectorRequirement> matchExpressions, List<NodeSelectorRequirement> matchFields) {

    static final String NODE_NAME = "metadata.name";

    public NodeSelectorTerm {
        matchExpressions = Trees.copy(matchExpressions);
        matchFields = Trees.copy(matchFields);
    }

    public static NodeSelectorTerm of(JsonNode term) {
        return new NodeSelectorTerm(
                requirements(term.path("matchExpressions")), requirements(term.path("matchFields")));
    }

    public boolean matches(NodeFacts node) {
        if (matchExpressions.isEmpty() && matchFields.isEmpty()) {
            return false;
        }
        for (int i = 0; i < matchExpressions.size(); i++) {
            NodeSelectorRequirement requirement = matchExpressions.get(i);
            String value = node.labels().get(requirement.key());
            if (value == null && requirement.key().equals(NODE_NAME)) {
                value = node.name();
            }
            if (!requirement.matchesValue(value)) {
                return false;
            }
        }
        for (int i = 0; i < matchFields.size(); i++) {
            NodeSelectorRequirement requirement = matchFields.get(i);
            // A field that nodes do not have reads as "", as in upstream's fields.Set.
            if (!requirement.matchesField(requirement.key().equals(NODE_NAME) ? node.name() : "")) {
                return false;
            }
        }
        return true;
    }

    private static List<NodeSelectorRequirement> requirements(JsonNode array) {
        List<NodeSelectorRequirement> list = new ArrayList<>(array.size());
        for (JsonNode requirement : array) {
            list.add(NodeSelectorRequirement.of(requirement));
        }
        return list;
    }
}
