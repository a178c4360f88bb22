package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What to warn of when new Pods of a DaemonSet start beside old ones. Two Pods on one node cannot have the same host
 * port, so such an update stops at its first nodes. Upstream accepts it without a word (kubernetes issue 106417).
 */
final class SurgeWarnings {

    private SurgeWarnings() {}

    /** @param spec of a valid, defaulted DaemonSet */
    static List<String> of(JsonNode spec) {
        JsonNode strategy = spec.path("updateStrategy");
        JsonNode surge = strategy.path("rollingUpdate").path("maxSurge");
        if (!Trees.text(strategy, "type").equals("RollingUpdate") || DaemonSetValidation.amount(surge) == 0) {
            return List.of();
        }
        JsonNode podSpec = spec.path("template").path("spec");
        // Pods on the host's network get their container ports as host ports when they are made.
        String field = podSpec.path("hostNetwork").asBoolean(false) ? "containerPort" : "hostPort";
        for (JsonNode container : podSpec.path("containers")) {
            for (JsonNode port : container.path("ports")) {
                if (port.path(field).asInt(0) != 0) {
                    return List.of("spec.updateStrategy.rollingUpdate.maxSurge: a new Pod cannot start beside the old"
                            + " one on its node, as both need hostPort "
                            + port.path(field).asInt() + "/"
                            + port.path("protocol").asText("TCP") + " (container \""
                            + Trees.text(container, "name") + "\"); use maxUnavailable instead");
                }
            }
        }
        return List.of();
    }
}
