package io.everynode.core.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.placement.Taint;
import io.everynode.objects.Json;
import io.everynode.objects.Timestamps;
import java.time.Instant;

/**
 * The evicting taints on a Node: each has its {@code timeAdded}, and the control plane's own two, not-ready and
 * unreachable, go with the Ready condition. They come only when {@link EvictionZones} grants them, and go or change at
 * once (pkg/controller/nodelifecycle, processTaintBaseEviction, markNodeAsReachable, SwapNodeControllerTaint). Pure;
 * trees that come in are not changed.
 */
public final class NoExecuteTaints {

    private NoExecuteTaints() {}

    /** The key of the evicting taint for a node's Ready condition; "" when it asks for none. */
    public static String wanted(JsonNode node) {
        return switch (NodeConditions.status(node, NodeConditions.READY)) {
            case "False" -> Taint.NOT_READY;
            case NodeConditions.UNKNOWN -> Taint.UNREACHABLE;
            default -> "";
        };
    }

    /**
     * The node as it is to be stored.
     *
     * @param before the node as it was, which tells since when taints are there; null for a new one
     * @return {@code node} itself when nothing has to change
     */
    public static ObjectNode settle(JsonNode before, ObjectNode node, Instant now) {
        JsonNode taints = Json.at(node, "spec", "taints");
        if (taints.isEmpty()) {
            return node;
        }
        boolean ready = NodeConditions.status(node, NodeConditions.READY).equals("True");
        String wanted = wanted(node);
        ArrayNode result = node.arrayNode();
        boolean has = false;
        boolean swap = false;
        boolean changed = false;
        for (JsonNode entry : taints) {
            Taint taint = Taint.of(entry);
            if (own(taint) && (ready || !wanted.isEmpty() && !taint.key().equals(wanted))) {
                swap = !ready;
                changed = true;
                continue;
            }
            has |= own(taint);
            if (taint.evicts() && taint.addedAt() == 0) {
                ObjectNode dated = ((ObjectNode) entry).deepCopy();
                result.add(dated.put("timeAdded", since(before, taint, now)));
                changed = true;
            } else {
                result.add(entry);
            }
        }
        if (!changed) {
            return node;
        }
        if (swap && !has) {
            result.add(own(wanted, now));
        }
        return with(node, result);
    }

    /** The node with the evicting taint for its Ready condition beside its others; itself when it has it already. */
    public static ObjectNode grant(ObjectNode node, Instant now) {
        String wanted = wanted(node);
        if (wanted.isEmpty() || has(node, wanted)) {
            return node;
        }
        ArrayNode result = othersThanOwn(node);
        result.add(own(wanted, now));
        return with(node, result);
    }

    /** The node without the control plane's evicting taints; itself when it has none. */
    public static ObjectNode takeAway(ObjectNode node) {
        return has(node, Taint.NOT_READY) || has(node, Taint.UNREACHABLE) ? with(node, othersThanOwn(node)) : node;
    }

    /** Whether the node has the evicting taint of this key. */
    public static boolean has(JsonNode node, String key) {
        for (JsonNode entry : Json.at(node, "spec", "taints")) {
            Taint taint = Taint.of(entry);
            if (taint.evicts() && taint.key().equals(key)) {
                return true;
            }
        }
        return false;
    }

    private static boolean own(Taint taint) {
        return taint.evicts()
                && (taint.key().equals(Taint.NOT_READY) || taint.key().equals(Taint.UNREACHABLE));
    }

    private static ObjectNode own(String key, Instant now) {
        return Json.object().put("key", key).put("effect", Taint.NO_EXECUTE).put("timeAdded", seconds(now));
    }

    private static ArrayNode othersThanOwn(ObjectNode node) {
        ArrayNode result = node.arrayNode();
        for (JsonNode entry : Json.at(node, "spec", "taints")) {
            if (!own(Taint.of(entry))) {
                result.add(entry.deepCopy());
            }
        }
        return result;
    }

    /** A client that writes its taints again, without times, does not make them younger. */
    private static String since(JsonNode before, Taint taint, Instant now) {
        if (before != null) {
            for (JsonNode entry : Json.at(before, "spec", "taints")) {
                Taint known = Taint.of(entry);
                if (known.sameKeyAndEffect(taint) && known.value().equals(taint.value()) && known.addedAt() != 0) {
                    return Json.text(entry, "timeAdded");
                }
            }
        }
        return seconds(now);
    }

    private static ObjectNode with(ObjectNode node, ArrayNode taints) {
        ObjectNode copy = node.deepCopy();
        ObjectNode spec = Json.child(copy, "spec");
        if (taints.isEmpty()) {
            spec.remove("taints");
        } else {
            spec.set("taints", taints);
        }
        return copy;
    }

    private static String seconds(Instant now) {
        return Timestamps.seconds(now);
    }
}
