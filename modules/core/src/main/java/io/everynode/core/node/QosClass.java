package io.everynode.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * A Pod's quality of service as {@link DaemonPodRenderer} 1 wrote it: without Pod-level resources, and a zero counts.
 * Kept so that the bytes of its Pods stay.
 */
final class QosClass {

    private static final Set<String> RESOURCES = Set.of("cpu", "memory");

    private QosClass() {}

    static String of(JsonNode podSpec) {
        boolean any = false;
        boolean guaranteed = true;
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : podSpec.path(list)) {
                JsonNode requests = container.path("resources").path("requests");
                JsonNode limits = container.path("resources").path("limits");
                for (String resource : RESOURCES) {
                    any |= requests.has(resource) || limits.has(resource);
                    guaranteed &= limits.has(resource)
                            && (!requests.has(resource)
                                    || requests.get(resource)
                                            .asText()
                                            .equals(limits.get(resource).asText()));
                }
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }
}
