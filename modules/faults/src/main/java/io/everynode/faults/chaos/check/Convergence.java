package io.everynode.faults.chaos.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I2 when nothing disturbs: every node there is is ready and free of taints, and every DaemonSet has one ready Pod of
 * one revision on each. The DaemonSets of the workload choose no nodes.
 */
public final class Convergence {

    private static final int SHOWN = 12;

    private Convergence() {}

    /**
     * What is missing.
     *
     * @param nodesExpected the names of all nodes that are played
     * @return empty if all has converged
     */
    public static List<String> missing(Set<String> nodesExpected, JsonNode nodes, JsonNode daemonSets, JsonNode pods) {
        List<String> missing = new ArrayList<>();
        Set<String> there = new HashSet<>();
        for (JsonNode node : nodes.path("items")) {
            there.add(Json.text(node, "metadata", "name"));
            if (!Snapshot.of("nodes", node).ready()) {
                missing.add("node " + Json.text(node, "metadata", "name") + " is not ready");
            }
            if (!Json.at(node, "spec", "taints").isEmpty()) {
                missing.add("node " + Json.text(node, "metadata", "name") + " has taints "
                        + Json.at(node, "spec", "taints"));
            }
        }
        if (!there.equals(nodesExpected)) {
            missing.add("nodes are " + there.size() + " and not " + nodesExpected.size());
        }
        Map<String, List<Snapshot>> byOwner = new HashMap<>();
        for (JsonNode each : pods.path("items")) {
            Snapshot pod = Snapshot.of("pods", each);
            byOwner.computeIfAbsent(pod.owner(), none -> new ArrayList<>()).add(pod);
        }
        for (JsonNode daemonSet : daemonSets.path("items")) {
            Snapshot object = Snapshot.of("daemonsets", daemonSet);
            status(daemonSet, object, there.size(), missing);
            pods(object, byOwner.getOrDefault(object.uid(), List.of()), there, missing);
        }
        return missing.size() > SHOWN ? new ArrayList<>(missing.subList(0, SHOWN)) : missing;
    }

    private static void status(JsonNode daemonSet, Snapshot object, int nodes, List<String> missing) {
        if (object.terminating()) {
            missing.add(object.key() + " is still terminating");
        }
        if (Json.at(daemonSet, "status", "observedGeneration").asLong()
                != Json.at(daemonSet, "metadata", "generation").asLong()) {
            missing.add(object.key() + " was not observed");
        }
        for (String count :
                List.of("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled")) {
            if (Json.at(daemonSet, "status", count).asInt() != nodes) {
                missing.add(object.key() + " has " + count + " "
                        + Json.at(daemonSet, "status", count).asInt() + " of " + nodes);
            }
        }
    }

    private static void pods(Snapshot daemonSet, List<Snapshot> pods, Set<String> nodes, List<String> missing) {
        Set<String> served = new HashSet<>();
        Set<String> revisions = new HashSet<>();
        for (Snapshot pod : pods) {
            if (pod.terminating() || pod.ended() || !pod.ready()) {
                missing.add(pod.key() + " of " + daemonSet.key().name() + " on " + pod.node() + " is "
                        + (pod.terminating() ? "terminating" : pod.ended() ? "ended" : "not ready"));
            }
            revisions.add(pod.revision());
            if (!served.add(pod.node())) {
                missing.add(daemonSet.key() + " has two Pods on " + pod.node());
            }
        }
        if (revisions.size() > 1) {
            missing.add(daemonSet.key() + " has Pods of revisions " + revisions);
        }
        for (String node : nodes) {
            if (!served.contains(node)) {
                missing.add(daemonSet.key() + " has no Pod on " + node);
            }
        }
    }
}
