package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.daemonset.DaemonSetSpec;
import io.everynode.objects.Json;

/** Whether the conditions of a DaemonSet at rest say what its counters and Pods say. */
final class SettledConditions {

    private SettledConditions() {}

    /**
     * @param anyWaits whether some Pod of it has no room on its node
     * @return what is wrong, or ""
     */
    static String wrong(JsonNode status, DaemonSetSpec spec, boolean anyWaits) {
        int desired = status.path("desiredNumberScheduled").asInt();
        int available = status.path("numberAvailable").asInt();
        boolean enough = desired - available <= spec.unavailableBudget(desired);
        if (!is(status, "Available", enough ? "True" : "False")) {
            return "Available does not tell that " + available + " of " + desired + " nodes are served";
        }
        boolean complete =
                available == desired && status.path("updatedNumberScheduled").asInt() == desired;
        if (complete && !reason(status, "Progressing").equals("NodesUpdated")) {
            return "Progressing does not tell that all nodes are updated";
        }
        if (is(status, "PlacementFailure", "True") && !anyWaits) {
            return "PlacementFailure is there though every Pod has its place";
        }
        return "";
    }

    private static boolean is(JsonNode status, String type, String value) {
        return Json.text(find(status, type), "status").equals(value);
    }

    private static String reason(JsonNode status, String type) {
        return Json.text(find(status, type), "reason");
    }

    private static JsonNode find(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return Json.object();
    }
}
