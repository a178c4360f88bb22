package io.everynode.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a watch tells about one DaemonSet's Pods, and when. Has no clock: times are nanoseconds that come with each
 * event. Not thread-safe.
 */
final class Convergence {

    private final String owner;
    private final Map<String, Long> seenAt = new HashMap<>();
    private final Map<String, Long> readyAt = new HashMap<>();
    private final Map<String, String> nodeOf = new HashMap<>();
    private final Set<String> readyNodes = new HashSet<>();
    private int events;

    /** @param owner name of the DaemonSet that controls the Pods */
    Convergence(String owner) {
        this.owner = owner;
    }

    /** Takes a watch event; others' Pods do not count. */
    void event(JsonNode event, long now) {
        JsonNode pod = event.path("object");
        if (!ours(pod)) {
            return;
        }
        events++;
        String uid = Json.text(pod, "metadata", "uid");
        if (Json.text(event, "type").equals("DELETED")) {
            readyNodes.remove(nodeOf.getOrDefault(uid, ""));
            nodeOf.remove(uid);
            return;
        }
        seenAt.putIfAbsent(uid, now);
        String node = Json.text(pod, "spec", "nodeName");
        nodeOf.put(uid, node);
        if (ready(pod)) {
            readyAt.putIfAbsent(uid, now);
            readyNodes.add(node);
        }
    }

    private boolean ours(JsonNode pod) {
        for (JsonNode reference : Json.at(pod, "metadata", "ownerReferences")) {
            if (Json.text(reference, "kind").equals("DaemonSet")
                    && Json.text(reference, "name").equals(owner)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an object has the condition Ready=True. */
    static boolean ready(JsonNode pod) {
        for (JsonNode condition : Json.at(pod, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    /** Nodes with a ready Pod now. */
    int readyNodes() {
        return readyNodes.size();
    }

    /** Pods that exist now. */
    int pods() {
        return nodeOf.size();
    }

    /**
     * The measurement in numbers.
     *
     * @param nodes how many nodes were waited for
     * @param nanos from the request to the last node's Ready
     */
    ObjectNode result(int nodes, long nanos) {
        List<Long> each = new ArrayList<>();
        readyAt.forEach((uid, at) -> each.add(at - seenAt.get(uid)));
        each.sort(null);
        double seconds = nanos / 1e9;
        return Json.object()
                .put("measure", "converge")
                .put("nodes", nodes)
                .put("seconds", rounded(seconds))
                .put("podsPerSecond", rounded(nodes / seconds))
                .put("podP50Seconds", rounded(percentile(each, 50) / 1e9))
                .put("podP99Seconds", rounded(percentile(each, 99) / 1e9))
                .put("watchEvents", events);
    }

    /** The nearest-rank percentile of a sorted list; 0 of an empty one. */
    static long percentile(List<Long> sorted, int percent) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(sorted.size() * percent / 100.0);
        return sorted.get(Math.max(0, rank - 1));
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
