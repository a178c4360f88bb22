package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;

/** A Pod's affinity to other Pods. Immutable. */
public record PodAffinity(
        List<PodTerm> required,
        List<PodTerm> requiredAnti,
        List<PodTerm.Weighted> preferred,
        List<PodTerm.Weighted> preferredAnti) {

    public static final PodAffinity NONE = new PodAffinity(List.of(), List.of(), List.of(), List.of());

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    /** @param podSpec of a Pod or of a template */
    static PodAffinity of(JsonNode podSpec, String namespace, Map<String, String> labels) {
        JsonNode near = Json.at(podSpec, "affinity", "podAffinity");
        JsonNode far = Json.at(podSpec, "affinity", "podAntiAffinity");
        if (near.isEmpty() && far.isEmpty()) {
            return NONE;
        }
        PodAffinity affinity = new PodAffinity(
                PodTerm.listOf(near.path(REQUIRED), namespace, labels),
                PodTerm.listOf(far.path(REQUIRED), namespace, labels),
                PodTerm.weighted(near.path(PREFERRED), namespace, labels),
                PodTerm.weighted(far.path(PREFERRED), namespace, labels));
        return affinity.equals(NONE) ? NONE : affinity;
    }

    boolean isEmpty() {
        return this == NONE;
    }
}
