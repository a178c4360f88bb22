package io.everynode.core.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Timestamps;
import java.time.Instant;
import java.util.List;

/** The conditions in a Pod's status (pkg/api/v1/pod/util.go UpdatePodCondition). */
public final class PodConditions {

    private PodConditions() {}

    /**
     * Sets a condition. Its lastTransitionTime changes only with its status.
     *
     * @param pod is changed
     * @param reason "" for neither reason nor message
     * @return false when it says the same already
     */
    public static boolean set(ObjectNode pod, String type, String status, String reason, String message, Instant now) {
        ObjectNode podStatus = Json.child(pod, "status");
        ArrayNode conditions =
                podStatus.get("conditions") instanceof ArrayNode existing ? existing : podStatus.putArray("conditions");
        ObjectNode condition = null;
        for (JsonNode candidate : conditions) {
            if (candidate.path("type").asText().equals(type)) {
                condition = (ObjectNode) candidate;
            }
        }
        boolean turned = condition == null || !condition.path("status").asText().equals(status);
        if (!turned
                && condition.path("reason").asText("").equals(reason)
                && condition.path("message").asText("").equals(message)) {
            return false;
        }
        if (condition == null) {
            condition = conditions.addObject().put("type", type).putNull("lastProbeTime");
        }
        if (turned) {
            condition.put("lastTransitionTime", Timestamps.seconds(now));
        }
        condition.put("status", status);
        if (reason.isEmpty()) {
            condition.remove(List.of("reason", "message"));
        } else {
            condition.put("reason", reason).put("message", message);
        }
        return true;
    }

    /** Notes on the Pod why it is ended; a new tree, equal to the given one when that is noted already. */
    static ObjectNode disrupted(ObjectNode pod, Disruption why, Instant now) {
        ObjectNode noted = pod.deepCopy();
        String phase = Json.text(noted, "status", "phase");
        if (why.failed() && !phase.equals("Succeeded") && !phase.equals("Failed")) {
            Json.child(noted, "status").put("phase", "Failed");
        }
        if (!why.reason().isEmpty()) {
            set(noted, Disruption.CONDITION, "True", why.reason(), why.message(), now);
        }
        return noted;
    }
}
