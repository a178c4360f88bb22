package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a hollow node needs to know of one Pod object. Immutable.
 *
 * @param node spec.nodeName, "" while unbound
 * @param ownerUid UID of the controlling owner, else "": what failures are counted by
 * @param networkPlugin carries the annotation {@link #NETWORK_PLUGIN}
 * @param annotations only those under {@link HollowBehaviour#ANNOTATION_PREFIX}
 * @param deletionGraceSeconds -1 while there is no deletionTimestamp
 * @param seen the status found on the object
 */
record PodFacts(
        String namespace,
        String name,
        String uid,
        String node,
        String ownerUid,
        boolean hostNetwork,
        boolean networkPlugin,
        List<Container> containers,
        List<Container> initContainers,
        Map<String, String> annotations,
        long deletionGraceSeconds,
        Seen seen) {

    /** Marks Pods whose readiness gives their node a network; its value is "true". */
    static final String NETWORK_PLUGIN = "everynode.io/network-plugin";

    record Container(String name, String image) {}

    /**
     * What an earlier report, maybe of an earlier process, says.
     *
     * @param scheduledAt lastTransitionTime of PodScheduled, or ""
     * @param waiting reason for which a container waits, or ""
     * @param run when the containers ran
     */
    record Seen(
            String phase,
            boolean ready,
            String podIp,
            String startTime,
            String scheduledAt,
            String waiting,
            int restarts,
            HollowPod.Run run) {}

    boolean deleting() {
        return deletionGraceSeconds >= 0;
    }

    static PodFacts of(JsonNode pod) {
        JsonNode metadata = pod.path("metadata");
        JsonNode spec = pod.path("spec");
        Map<String, String> hollow = new HashMap<>();
        metadata.path("annotations").properties().forEach(entry -> {
            if (entry.getKey().startsWith(HollowBehaviour.ANNOTATION_PREFIX)) {
                hollow.put(entry.getKey(), entry.getValue().asText());
            }
        });
        return new PodFacts(
                SharedText.of(Json.text(metadata, "namespace")),
                Json.text(metadata, "name"),
                Json.text(metadata, "uid"),
                SharedText.of(Json.text(spec, "nodeName")),
                controller(metadata),
                spec.path("hostNetwork").asBoolean(false),
                Json.text(metadata, "annotations", NETWORK_PLUGIN).equals("true"),
                containers(spec.path("containers")),
                containers(spec.path("initContainers")),
                Map.copyOf(hollow),
                metadata.hasNonNull("deletionTimestamp")
                        ? Math.max(
                                0, metadata.path("deletionGracePeriodSeconds").asLong(0))
                        : -1,
                seen(pod.path("status")));
    }

    private static String controller(JsonNode metadata) {
        for (JsonNode owner : metadata.path("ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                return SharedText.of(Json.text(owner, "uid"));
            }
        }
        return "";
    }

    private static List<Container> containers(JsonNode array) {
        List<Container> containers = new ArrayList<>();
        array.forEach(each -> containers.add(
                new Container(SharedText.of(Json.text(each, "name")), SharedText.of(Json.text(each, "image")))));
        return List.copyOf(containers);
    }

    private static Seen seen(JsonNode status) {
        boolean ready = false;
        String scheduledAt = "";
        for (JsonNode condition : status.path("conditions")) {
            switch (Json.text(condition, "type")) {
                case "Ready" -> ready = Json.text(condition, "status").equals("True");
                case "PodScheduled" -> scheduledAt = Json.text(condition, "lastTransitionTime");
                default -> {}
            }
        }
        JsonNode container = status.path("containerStatuses").path(0);
        return new Seen(
                Json.text(status, "phase"),
                ready,
                Json.text(status, "podIP"),
                Json.text(status, "startTime"),
                scheduledAt,
                Json.text(container, "state", "waiting", "reason"),
                container.path("restartCount").asInt(0),
                new HollowPod.Run(
                        Json.text(container, "state", "running", "startedAt"),
                        Json.text(container, "lastState", "terminated", "startedAt"),
                        Json.text(container, "lastState", "terminated", "finishedAt")));
    }
}
