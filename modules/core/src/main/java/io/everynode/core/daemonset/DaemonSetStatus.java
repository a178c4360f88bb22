package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;

/**
 * The counters of a DaemonSet's status (updateDaemonSetStatus in pkg/controller/daemon/daemon_controller.go).
 * Immutable.
 *
 * @param desired nodes that shall run a Pod
 * @param current of these, nodes that have one
 * @param misscheduled nodes that shall not run a Pod and have one
 * @param ready of current, nodes whose first Pod is Ready
 * @param available of ready, nodes whose Pod is Ready for minReadySeconds
 * @param updated of current, nodes whose first Pod has the current revision
 */
public record DaemonSetStatus(int desired, int current, int misscheduled, int ready, int available, int updated) {

    /** A new object's status: the fields that upstream always writes. */
    public static final JsonBytes INITIAL = JsonBytes.of(new DaemonSetStatus(0, 0, 0, 0, 0, 0).over(Json.object(), 0));

    /**
     * The status with these counters; fields that nobody computes (collisionCount, conditions and what clients wrote)
     * are kept. Zeros of the optional fields are left out, as upstream does.
     */
    ObjectNode over(ObjectNode stored, long observedGeneration) {
        ObjectNode status = Json.object();
        status.put("currentNumberScheduled", current);
        status.put("numberMisscheduled", misscheduled);
        status.put("desiredNumberScheduled", desired);
        status.put("numberReady", ready);
        putUnlessZero(status, "observedGeneration", observedGeneration);
        putUnlessZero(status, "updatedNumberScheduled", updated);
        putUnlessZero(status, "numberAvailable", available);
        putUnlessZero(status, "numberUnavailable", desired - available);
        for (var field : stored.properties()) {
            switch (field.getKey()) {
                case "observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable" -> {}
                default -> {
                    if (!status.has(field.getKey())) {
                        status.set(field.getKey(), field.getValue());
                    }
                }
            }
        }
        return status;
    }

    private static void putUnlessZero(ObjectNode status, String name, long value) {
        if (value != 0) {
            status.put(name, value);
        }
    }
}
