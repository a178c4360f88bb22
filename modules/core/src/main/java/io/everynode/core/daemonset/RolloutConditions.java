package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The conditions in a DaemonSet's status (in the sense of KEP-2804; upstream defines none): whether enough nodes are
 * served, whether the update goes on, and which nodes it waits for and why. docs/daemonset-conditions.md is their
 * reference.
 *
 * <p>A change of a condition's status or reason is shown at once, but the update is called blocked, or not blocked any
 * more, only when that has held for {@link #SETTLES_AFTER}; messages follow at most every {@link #MESSAGE_INTERVAL}.
 * Mutable and confined to its planner; without a clock. After a restart it goes on from the conditions stored.
 */
final class RolloutConditions {

    static final String AVAILABLE = "Available";
    static final String PROGRESSING = "Progressing";

    /** Only there while some Pod does not fit on its node, as ReplicaFailure is for ReplicaSets. */
    static final String PLACEMENT_FAILURE = "PlacementFailure";

    static final String ENOUGH = "MinimumNodesAvailable";
    static final String TOO_FEW = "MinimumNodesUnavailable";
    static final String UPDATED = "NodesUpdated";
    static final String IN_PROGRESS = "RolloutInProgress";
    static final String BLOCKED = "RolloutBlocked";
    static final String ON_DELETE = "UpdatedOnDelete";
    static final String FAILED_PLACEMENT = "FailedPlacement";

    /** A crash loop or a joining node must not make the condition flap. */
    static final Duration SETTLES_AFTER = Duration.ofSeconds(10);

    /** In a rollout each Pod changes the message; every change of the status is an event. */
    static final Duration MESSAGE_INTERVAL = Duration.ofSeconds(5);

    static final int LONGEST_MESSAGE = 1024;

    private static final Set<String> OURS = Set.of(AVAILABLE, PROGRESSING, PLACEMENT_FAILURE);

    private record Condition(String type, boolean status, String reason, String message) {}

    /**
     * @param conditions all that the status shall have
     * @param due epoch milliseconds when they may be other ones though nothing else happens
     */
    record Result(ArrayNode conditions, OptionalLong due) {}

    private Instant messagesAt = Instant.EPOCH;
    private boolean contradicted;
    private Instant contradictedSince = Instant.EPOCH;

    /** Forgets the incarnation before. */
    void restart() {
        messagesAt = Instant.EPOCH;
        contradicted = false;
    }

    /**
     * @param turns whether the planner is about to grant something
     * @param stored the status as it is
     */
    Result next(FleetView fleet, long generation, boolean turns, JsonNode stored, Instant now) {
        JsonNode before = stored.path("conditions");
        boolean sameGeneration = stored.path("observedGeneration").asLong(0) == generation;
        List<Condition> wanted = new ArrayList<>(3);
        wanted.add(available(fleet));
        wanted.add(progressing(fleet, reason(fleet, turns, before, sameGeneration, now)));
        if (fleet.blockers().unplaced() > 0) {
            wanted.add(placementFailure(fleet));
        }
        boolean turned = false;
        boolean reworded = false;
        for (Condition condition : wanted) {
            JsonNode old = find(before, condition.type());
            turned |= old == null
                    || isTrue(old) != condition.status()
                    || !Json.text(old, "reason").equals(condition.reason());
            reworded |= old == null || !Json.text(old, "message").equals(condition.message());
        }
        turned |= fleet.blockers().unplaced() == 0 && find(before, PLACEMENT_FAILURE) != null;
        boolean fresh = turned || !now.isBefore(messagesAt.plus(MESSAGE_INTERVAL));
        OptionalLong due = OptionalLong.empty();
        if (contradicted) {
            due = OptionalLong.of(contradictedSince.plus(SETTLES_AFTER).toEpochMilli());
        }
        if (reworded && !fresh) {
            long at = messagesAt.plus(MESSAGE_INTERVAL).toEpochMilli();
            due = OptionalLong.of(due.isPresent() ? Math.min(at, due.getAsLong()) : at);
        }
        return new Result(merged(before, wanted, fresh, now), due);
    }

    /** To be called when the result was written. */
    void written(JsonNode before, JsonNode after, Instant now) {
        if (!before.path("conditions").equals(after.path("conditions"))) {
            messagesAt = now;
        }
    }

    private static Condition available(FleetView fleet) {
        int desired = fleet.counters().desired();
        int serving = fleet.counters().status().available();
        int budget = fleet.spec().unavailableBudget(desired);
        boolean enough = desired - serving <= budget;
        String message = desired == 0
                ? "no node shall have a Pod"
                : serving + " of " + nodes(desired) + " " + (desired == 1 ? "has" : "have") + " an available Pod, "
                        + Math.min(budget, desired) + " may be without";
        return new Condition(AVAILABLE, enough, enough ? ENOUGH : TOO_FEW, message);
    }

    private static Condition placementFailure(FleetView fleet) {
        return new Condition(
                PLACEMENT_FAILURE,
                true,
                FAILED_PLACEMENT,
                cut("the Pod does not fit on " + nodes(fleet.blockers().unplaced()) + ": "
                        + fleet.blockers().unplacedSentence()));
    }

    private static Condition progressing(FleetView fleet, String reason) {
        DaemonSetStatus status = fleet.counters().status();
        StringBuilder text = new StringBuilder();
        text.append(status.updated())
                .append(" of ")
                .append(nodes(status.desired()))
                .append(" updated");
        if (reason.equals(ON_DELETE)) {
            text.append(", the others are updated when their Pod is deleted (updateStrategy OnDelete)");
        } else if (fleet.waitingForTurn() > 0) {
            text.append(", ")
                    .append(fleet.waitingForTurn())
                    .append(fleet.waitingForTurn() == 1 ? " waits" : " wait")
                    .append(" for a turn");
        }
        String blockers = fleet.blockers().sentence();
        if (!blockers.isEmpty()) {
            text.append("; waiting for: ").append(blockers);
        }
        return new Condition(PROGRESSING, !reason.equals(BLOCKED), reason, cut(text.toString()));
    }

    private String reason(FleetView fleet, boolean turns, JsonNode before, boolean sameGeneration, Instant now) {
        JsonNode old = find(before, PROGRESSING);
        String was = old == null ? "" : Json.text(old, "reason");
        String looks = looks(fleet, turns, sameGeneration ? was : "");
        boolean doubtful = looks.equals(BLOCKED) && !was.equals(BLOCKED)
                || looks.equals(IN_PROGRESS) && was.equals(BLOCKED) && sameGeneration;
        if (!doubtful) {
            contradicted = false;
            return looks;
        }
        if (!contradicted) {
            contradicted = true;
            contradictedSince = now;
        }
        if (!now.isBefore(contradictedSince.plus(SETTLES_AFTER))) {
            contradicted = false;
            return looks;
        }
        return looks.equals(BLOCKED) ? IN_PROGRESS : BLOCKED;
    }

    /** @param was the reason so far, when it is of the same generation */
    private static String looks(FleetView fleet, boolean turns, String was) {
        DaemonSetStatus status = fleet.counters().status();
        boolean noneOutdated = status.updated() == status.current();
        boolean complete = status.updated() == status.desired() && status.available() == status.desired();
        // Once complete, a Pod that fails or a node that joins is no update any more; the message names it.
        if (complete || was.equals(UPDATED) && noneOutdated) {
            return UPDATED;
        }
        if (!fleet.spec().rollingUpdate() && !noneOutdated) {
            return ON_DELETE;
        }
        boolean goesOn = turns || fleet.grantsHeld() > 0 || fleet.blockers().moving() > 0;
        return goesOn || fleet.blockers().stuck() == 0 ? IN_PROGRESS : BLOCKED;
    }

    /** Conditions of other types are a client's, and stay where they are. */
    private static ArrayNode merged(JsonNode before, List<Condition> wanted, boolean fresh, Instant now) {
        ArrayNode merged = Json.mapper().createArrayNode();
        List<Condition> left = new ArrayList<>(wanted);
        for (JsonNode old : before) {
            String type = Json.text(old, "type");
            Condition mine = left.stream()
                    .filter(condition -> condition.type().equals(type))
                    .findFirst()
                    .orElse(null);
            if (mine != null) {
                left.remove(mine);
                merged.add(shown(mine, old, fresh, now));
            } else if (!OURS.contains(type)) {
                merged.add(old);
            }
        }
        left.forEach(condition -> merged.add(shown(condition, null, true, now)));
        return merged;
    }

    private static ObjectNode shown(Condition condition, JsonNode old, boolean fresh, Instant now) {
        boolean same = old != null && isTrue(old) == condition.status();
        ObjectNode node =
                Json.object().put("type", condition.type()).put("status", condition.status() ? "True" : "False");
        node.put("lastTransitionTime", same ? Json.text(old, "lastTransitionTime") : Timestamps.seconds(now));
        node.put("reason", condition.reason());
        return node.put("message", fresh ? condition.message() : Json.text(old, "message"));
    }

    private static boolean isTrue(JsonNode condition) {
        return Json.text(condition, "status").equals("True");
    }

    private static JsonNode find(JsonNode conditions, String type) {
        for (JsonNode condition : conditions) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return null;
    }

    private static String nodes(int count) {
        return count == 1 ? "1 node" : count + " nodes";
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE - 3) + "...";
    }
}
