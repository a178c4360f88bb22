package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.placement.NodeSelectorTerm;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Nodes that a Pod would rather have (core/v1 PreferredSchedulingTerm). Immutable.
 *
 * @param weight 1 to 100
 */
public record PreferredTerm(int weight, NodeSelectorTerm preference) {

    /** The preferred node affinity of a Pod, in the order of its spec. */
    public static List<PreferredTerm> ofPod(JsonNode pod) {
        List<PreferredTerm> terms = new ArrayList<>();
        for (JsonNode term :
                Json.at(pod, "spec", "affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution")) {
            terms.add(new PreferredTerm(term.path("weight").asInt(0), NodeSelectorTerm.of(term.path("preference"))));
        }
        return terms;
    }
}
