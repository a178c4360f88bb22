package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How evenly Pods shall lie over the values of a node label (core/v1 TopologySpreadConstraint). Immutable.
 *
 * @param hard DoNotSchedule; else ScheduleAnyway, which only counts in the score
 * @param selector which Pods of the Pod's namespace count, with matchLabelKeys merged in
 * @param minDomains below so many values the least crowded one counts as empty; 1 when not given
 * @param honorAffinity whether only nodes count that the Pod's node selector and affinity allow (the default)
 * @param honorTaints whether only nodes count whose taints the Pod tolerates (not the default)
 */
public record SpreadConstraint(
        int maxSkew,
        String topologyKey,
        boolean hard,
        LabelSelector selector,
        int minDomains,
        boolean honorAffinity,
        boolean honorTaints) {

    /** Of a Pod spec; the cluster has no default constraints. */
    static List<SpreadConstraint> listOf(JsonNode podSpec, Map<String, String> podLabels) {
        List<SpreadConstraint> list = new ArrayList<>();
        for (JsonNode one : podSpec.path("topologySpreadConstraints")) {
            list.add(new SpreadConstraint(
                    one.path("maxSkew").asInt(1),
                    Json.text(one, "topologyKey"),
                    !Json.text(one, "whenUnsatisfiable").equals("ScheduleAnyway"),
                    PodTerm.selector(one, podLabels),
                    one.path("minDomains").asInt(1),
                    !Json.text(one, "nodeAffinityPolicy").equals("Ignore"),
                    Json.text(one, "nodeTaintsPolicy").equals("Honor")));
        }
        return List.copyOf(list);
    }
}
