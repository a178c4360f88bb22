package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.util.Optional;

/**
 * Which Warning a change of a DaemonSet's status is, so that {@code kubectl describe} shows what blocks a rollout: it
 * prints Events, and no conditions of DaemonSets. Pure.
 */
final class ConditionEvents {

    /** @param message the condition's */
    record Warning(String reason, String message) {}

    private ConditionEvents() {}

    /** At most one: a placement failure that is new, then a blocked rollout, then a placement failure that changed. */
    static Optional<Warning> of(JsonBytes before, JsonBytes after) {
        JsonNode was = before.tree().path("conditions");
        JsonNode is = after.tree().path("conditions");
        Warning unplaced = shown(is, "PlacementFailure", "True", "FailedPlacement");
        Warning unplacedBefore = shown(was, "PlacementFailure", "True", "FailedPlacement");
        if (unplaced != null && unplacedBefore == null) {
            return Optional.of(unplaced);
        }
        Warning blocked = shown(is, "Progressing", "False", "RolloutBlocked");
        if (blocked != null && !blocked.equals(shown(was, "Progressing", "False", "RolloutBlocked"))) {
            return Optional.of(blocked);
        }
        return unplaced == null || unplaced.equals(unplacedBefore) ? Optional.empty() : Optional.of(unplaced);
    }

    private static Warning shown(JsonNode conditions, String type, String status, String reason) {
        for (JsonNode condition : conditions) {
            if (Json.text(condition, "type").equals(type)
                    && Json.text(condition, "status").equals(status)
                    && Json.text(condition, "reason").equals(reason)) {
                return new Warning(reason, Json.text(condition, "message"));
            }
        }
        return null;
    }
}
