package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pods that somebody made by hand and that a DaemonSet's selector matches. Upstream adopts such a Pod and then ends the
 * surplus on its node; here, where a node's slots are filled by the Node alone, it is surplus as soon as the node has a
 * daemon Pod of its own. Pure.
 */
public final class SurplusPods {

    private SurplusPods() {}

    /**
     * @param pod an ordinary Pod, bound to the node
     * @param daemonSet of the Pod's namespace
     * @param node the Pod's
     */
    public static boolean isSurplus(JsonNode pod, Incarnation daemonSet, NodeState node) {
        if (hasController(pod)
                || Json.at(pod, "metadata").has("deletionTimestamp")
                || finished(Json.text(pod, "status", "phase"))) {
            return false;
        }
        JsonNode selector = Json.at(daemonSet.object().tree(), "spec", "selector");
        return LabelSelector.of(selector).test(labels(pod))
                && node.podsOf(daemonSet.uid()).stream().anyMatch(DaemonPod::live);
    }

    private static boolean hasController(JsonNode pod) {
        for (JsonNode owner : Json.at(pod, "metadata", "ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                return true;
            }
        }
        return false;
    }

    private static boolean finished(String phase) {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static Map<String, String> labels(JsonNode pod) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> label :
                Json.at(pod, "metadata", "labels").properties()) {
            labels.put(label.getKey(), label.getValue().asText());
        }
        return labels;
    }
}
