package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.List;

/** The conditions of a status that is being written (kubernetes/pkg/kubelet/status/generate.go). */
final class PodConditions {

    private final ArrayNode conditions;
    private final JsonNode before;
    private final Instant now;

    PodConditions(ObjectNode status, JsonNode before, Instant now) {
        this.conditions = status.putArray("conditions");
        this.before = before.path("conditions");
        this.now = now;
    }

    void initialized(boolean holds, boolean completed, List<String> incomplete) {
        if (holds) {
            holds("Initialized", true, completed ? "PodCompleted" : "", "");
        } else {
            String message = "containers with incomplete status: " + names(incomplete);
            holds("Initialized", false, "ContainersNotInitialized", message);
        }
    }

    void ready(String phase, List<String> unready, List<String> gates) {
        String reason = "";
        String message = "";
        if (phase.equals("Succeeded")) {
            reason = "PodCompleted";
        } else if (phase.equals("Failed")) {
            reason = "PodFailed";
        } else if (!unready.isEmpty()) {
            reason = "ContainersNotReady";
            message = "containers with unready status: " + names(unready);
        }
        boolean containers = reason.isEmpty();
        if (containers && !gates.isEmpty()) {
            message = "corresponding condition of pod readiness gate \"" + gates.get(0) + "\" does not exist.";
            holds("Ready", false, "ReadinessGatesNotReady", message);
        } else {
            holds("Ready", containers, reason, message);
        }
        holds("ContainersReady", containers, reason, containers ? "" : message);
    }

    /** As Go prints a list. */
    private static String names(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    void holds(String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        String since = PodStatus.time(now);
        JsonNode old = Json.object();
        for (JsonNode each : before) {
            if (Json.text(each, "type").equals(type)) {
                old = each;
            }
        }
        if (Json.text(old, "status").equals(status)
                && !Json.text(old, "lastTransitionTime").isEmpty()) {
            since = Json.text(old, "lastTransitionTime");
        }
        ObjectNode condition =
                conditions.addObject().put("type", type).put("status", status).put("lastTransitionTime", since);
        text(condition, old, "reason", reason);
        text(condition, old, "message", message);
    }

    /** A patch merges into what is there: null takes it away. */
    private static void text(ObjectNode condition, JsonNode old, String name, String value) {
        if (!value.isEmpty()) {
            condition.put(name, value);
        } else if (old.hasNonNull(name)) {
            condition.putNull(name);
        }
    }
}
