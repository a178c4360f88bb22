package io.everynode.core.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Timestamps;
import java.time.Instant;
import java.util.List;

/** Reads and changes the conditions of Nodes and Pods. Pure; trees that come in are changed only where it says so. */
public final class NodeConditions {

    public static final String READY = "Ready";
    public static final String UNKNOWN = "Unknown";

    /**
     * What a lost node's kubelet is no longer believed. NetworkUnavailable is not among them: the control plane's own
     * network part keeps it (tryUpdateNodeHealth).
     */
    private static final List<String> OF_THE_KUBELET = List.of(READY, "MemoryPressure", "DiskPressure", "PIDPressure");

    private NodeConditions() {}

    /** The status of a condition of an object with {@code status.conditions}; "" when it has none. */
    public static String status(JsonNode object, String type) {
        JsonNode condition = find(object.path("status"), type);
        return condition == null ? "" : Json.text(condition, "status");
    }

    private static ObjectNode find(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition instanceof ObjectNode found
                    && Json.text(found, "type").equals(type)) {
                return found;
            }
        }
        return null;
    }

    /** Makes the conditions that the node's kubelet reports Unknown, in the given tree. */
    public static void loseContact(ObjectNode node, Instant now) {
        String at = seconds(now);
        ObjectNode status = Json.child(node, "status");
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode existing ? existing : status.putArray("conditions");
        for (String type : OF_THE_KUBELET) {
            ObjectNode condition = find(status, type);
            if (condition == null) {
                conditions
                        .addObject()
                        .put("type", type)
                        .put("status", UNKNOWN)
                        .put("lastHeartbeatTime", Json.text(node, "metadata", "creationTimestamp"))
                        .put("lastTransitionTime", at)
                        .put("reason", "NodeStatusNeverUpdated")
                        .put("message", "Kubelet never posted node status.");
            } else if (!Json.text(condition, "status").equals(UNKNOWN)) {
                condition
                        .put("status", UNKNOWN)
                        .put("lastTransitionTime", at)
                        .put("reason", "NodeStatusUnknown")
                        .put("message", "Kubelet stopped posting node status.");
            }
        }
    }

    /**
     * A Pod's status in which the condition Ready=True has become False (pkg/controller/util/node, MarkPodsNotReady);
     * null when it is not True. The given tree is not changed.
     */
    public static ObjectNode notReady(ObjectNode podStatus, Instant now) {
        ObjectNode ready = find(podStatus, READY);
        if (ready == null || !Json.text(ready, "status").equals("True")) {
            return null;
        }
        ObjectNode changed = podStatus.deepCopy();
        find(changed, READY).put("status", "False").put("lastTransitionTime", seconds(now));
        return changed;
    }

    /** Whether two versions of a Node differ in nothing but the {@code lastHeartbeatTime} of their conditions. */
    public static boolean sameButHeartbeats(ObjectNode before, ObjectNode after) {
        return before != null && withoutHeartbeats(before).equals(withoutHeartbeats(after));
    }

    private static ObjectNode withoutHeartbeats(ObjectNode node) {
        ObjectNode copy = node.deepCopy();
        for (JsonNode condition : copy.path("status").path("conditions")) {
            if (condition instanceof ObjectNode found) {
                found.remove("lastHeartbeatTime");
            }
        }
        return copy;
    }

    private static String seconds(Instant now) {
        return Timestamps.seconds(now);
    }
}
