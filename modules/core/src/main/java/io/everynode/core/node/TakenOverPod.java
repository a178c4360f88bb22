package io.everynode.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/** An ordinary Pod as one of those in a Node's keeping: it has no template, its object stands for itself. Pure. */
final class TakenOverPod {

    /** Such an event names none, so it stays this one. */
    private static final int STAND_IN_RENDERER = 1;

    private TakenOverPod() {}

    static DaemonPod of(NodeEvent.PodTakenOver taken, long atMillis, long sequence) {
        ObjectNode object = taken.object().tree();
        JsonNode status = object.remove("status") instanceof ObjectNode given ? given : Json.object();
        JsonNode metadata = object.path("metadata");
        long createdAt = millis(Json.text(metadata, "creationTimestamp"), atMillis);
        long deletionAt = millis(Json.text(metadata, "deletionTimestamp"), 0);
        boolean ready = NodeState.ready(status);
        return new DaemonPod(
                standIn(taken),
                List.of(),
                PodOwner.NONE,
                createdAt,
                createdAt,
                "",
                JsonBytes.of(status),
                status.path("phase").asText("Pending"),
                ready,
                ready ? readySince(status, atMillis) : 0,
                deletionAt,
                deletionAt == 0
                        ? 0
                        : metadata.path("deletionGracePeriodSeconds").asLong(0),
                JsonBytes.of(object),
                sequence);
    }

    /** What other daemon Pods have from their creation. */
    private static NodeEvent.DaemonPodCreated standIn(NodeEvent.PodTakenOver taken) {
        return new NodeEvent.DaemonPodCreated(
                "",
                taken.namespace(),
                "",
                0,
                "",
                "",
                0,
                STAND_IN_RENDERER,
                taken.requests(),
                taken.ports(),
                taken.priority(),
                taken.graceSeconds(),
                taken.name(),
                taken.uid(),
                taken.incarnation(),
                "");
    }

    private static long readySince(JsonNode status, long otherwise) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return millis(Json.text(condition, "lastTransitionTime"), otherwise);
            }
        }
        return otherwise;
    }

    private static long millis(String timestamp, long otherwise) {
        try {
            return timestamp.isEmpty() ? otherwise : Instant.parse(timestamp).toEpochMilli();
        } catch (DateTimeException e) {
            return otherwise;
        }
    }
}
