package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The taints that the control plane itself keeps on a node, in step with its conditions and {@code spec.unschedulable}
 * (pkg/controller/nodelifecycle, doNoScheduleTaintingPass). Pure.
 *
 * <p>All of them have the effect NoSchedule. Evicting (NoExecute) taints follow in {@code lifecycle.NoExecuteTaints}.
 */
public final class ConditionTaints {

    /** While the node's condition has the status, the node has the taint. */
    private record Rule(String condition, String status, Taint taint) {

        Rule(String condition, String status, String key) {
            this(condition, status, new Taint(key, "", Taint.NO_SCHEDULE));
        }
    }

    private static final String READY = "Ready";
    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final String UNKNOWN = "Unknown";

    private static final List<Rule> RULES = List.of(
            new Rule(READY, FALSE, Taint.NOT_READY),
            new Rule(READY, UNKNOWN, Taint.UNREACHABLE),
            new Rule("MemoryPressure", TRUE, Taint.MEMORY_PRESSURE),
            new Rule("DiskPressure", TRUE, Taint.DISK_PRESSURE),
            new Rule("PIDPressure", TRUE, Taint.PID_PRESSURE),
            new Rule("NetworkUnavailable", TRUE, Taint.NETWORK_UNAVAILABLE));

    private static final Taint CORDONED = new Taint(Taint.UNSCHEDULABLE, "", Taint.NO_SCHEDULE);

    private ConditionTaints() {}

    /**
     * The taints a node must have for its conditions and spec, in a fixed order. Without a Ready condition it is not
     * ready.
     */
    public static List<Taint> of(JsonNode node) {
        List<Taint> taints = new ArrayList<>();
        for (Rule rule : RULES) {
            String status = status(node, rule.condition());
            if (status.isEmpty() && rule.condition().equals(READY)) {
                status = FALSE;
            }
            if (status.equals(rule.status())) {
                taints.add(rule.taint());
            }
        }
        if (Json.at(node, "spec", "unschedulable").asBoolean(false)) {
            taints.add(CORDONED);
        }
        return taints;
    }

    /**
     * The node with exactly the control plane's taints of {@link #of}; taints of others stay as and where they are. The
     * given tree is not changed, and is the answer itself when nothing has to change.
     */
    public static ObjectNode reconcile(ObjectNode node) {
        List<Taint> wanted = of(node);
        List<Taint> missing = new ArrayList<>(wanted);
        ArrayNode result = node.arrayNode();
        boolean changed = false;
        for (JsonNode entry : Json.at(node, "spec", "taints")) {
            Taint taint = Taint.of(entry);
            if (owned(taint) && !contains(wanted, taint)) {
                changed = true;
            } else {
                missing.removeIf(taint::sameKeyAndEffect);
                result.add(entry);
            }
        }
        if (!changed && missing.isEmpty()) {
            return node;
        }
        for (Taint taint : missing) {
            result.addObject().put("key", taint.key()).put("effect", taint.effect());
        }
        ObjectNode copy = node.deepCopy();
        ObjectNode spec = Json.child(copy, "spec");
        if (result.isEmpty()) {
            spec.remove("taints");
        } else {
            spec.set("taints", result.deepCopy());
        }
        return copy;
    }

    /** The status of a node's condition, "" when it has none. */
    static String status(JsonNode node, String condition) {
        for (JsonNode entry : Json.at(node, "status", "conditions")) {
            if (Trees.text(entry, "type").equals(condition)) {
                return Trees.text(entry, "status");
            }
        }
        return "";
    }

    private static boolean owned(Taint taint) {
        if (taint.sameKeyAndEffect(CORDONED)) {
            return true;
        }
        for (Rule rule : RULES) {
            if (taint.sameKeyAndEffect(rule.taint())) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(List<Taint> taints, Taint taint) {
        for (Taint other : taints) {
            if (taint.sameKeyAndEffect(other)) {
                return true;
            }
        }
        return false;
    }
}
