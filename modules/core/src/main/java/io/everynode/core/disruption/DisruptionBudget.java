package io.everynode.core.disruption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import io.everynode.objects.Timestamps;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a PodDisruptionBudget's status says, and whether it allows an eviction (pkg/controller/disruption/disruption.go,
 * pkg/registry/core/pod/storage/eviction.go). Pure; trees that come in are not changed.
 */
public final class DisruptionBudget {

    /** So long an evicted Pod may take to be deleted before it counts as healthy again (DeletionTimeout). */
    public static final Duration DELETION_TIMEOUT = Duration.ofMinutes(2);

    public static final String CONDITION = "DisruptionAllowed";

    /** Evictions that are not seen to end yet (MaxDisruptedPodSize). */
    static final int MOST_DISRUPTED = 2000;

    /** Of a cause of a refused eviction. */
    public static final String CAUSE = "DisruptionBudget";

    private static final String VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget.";
    private static final int PROCESSING_SECONDS = 10;
    private static final String DISRUPTED = "disruptedPods";
    private static final String ALLOWED = "disruptionsAllowed";

    private DisruptionBudget() {}

    /**
     * What the status is to be.
     *
     * @param status equal to the budget's when nothing is to be written
     * @param recheckAt when it may become another without any change; null for never
     */
    public record Synced(ObjectNode status, Instant recheckAt) {}

    /** @param desired healthy Pods @param failure why they cannot be told, or "" */
    private record Wanted(int desired, int expected, String failure) {}

    /**
     * @param budget with its metadata and status
     * @param counts of the Pods it selects
     * @param stillHealthy whether a Pod of this name is selected, ready and not terminating
     */
    public static Synced sync(ObjectNode budget, BudgetCounts counts, Predicate<String> stillHealthy, Instant now) {
        ObjectNode before = budget.path("status") instanceof ObjectNode given ? given : Json.object();
        Wanted wanted = wanted(budget.path("spec"), counts);
        ObjectNode status = before.deepCopy();
        if (!wanted.failure().isEmpty()) {
            status.put(ALLOWED, 0);
            condition(status, "False", "SyncFailed", wanted.failure(), now);
            return new Synced(status, null);
        }
        Map<String, Instant> disrupted = new TreeMap<>();
        Instant recheckAt = null;
        for (Map.Entry<String, JsonNode> entry : before.path(DISRUPTED).properties()) {
            Instant at = time(entry.getValue().asText());
            Instant end = at.plus(DELETION_TIMEOUT);
            if (stillHealthy.test(entry.getKey()) && end.isAfter(now)) {
                disrupted.put(entry.getKey(), at);
                recheckAt = recheckAt == null || end.isBefore(recheckAt) ? end : recheckAt;
            }
        }
        int healthy = Math.max(0, counts.healthy() - disrupted.size());
        int allowed = wanted.expected() <= 0 ? 0 : Math.max(0, healthy - wanted.desired());
        putDisrupted(status, disrupted);
        status.put("currentHealthy", healthy)
                .put("desiredHealthy", wanted.desired())
                .put("expectedPods", wanted.expected())
                .put(ALLOWED, allowed);
        putInteger(
                status,
                "observedGeneration",
                Json.at(budget, "metadata", "generation").asLong());
        allowedCondition(status, now);
        return new Synced(status, recheckAt);
    }

    private static Wanted wanted(JsonNode spec, BudgetCounts counts) {
        JsonNode most = spec.path("maxUnavailable");
        JsonNode least = spec.path("minAvailable");
        if (most.isMissingNode() && least.isMissingNode()) {
            return new Wanted(0, counts.selected(), "");
        }
        if (most.isMissingNode() && !least.isTextual()) {
            return new Wanted(least.asInt(), counts.selected(), "");
        }
        // Shares need the scale of the Pods' controllers, and no kind that is served has one.
        if (counts.ofDaemonSets() > 0) {
            return new Wanted(0, 0, "daemonsets.apps does not implement the scale subresource");
        }
        if (counts.ofOthers() > 0) {
            return new Wanted(0, 0, "found no controllers for " + counts.ofOthers() + " of the pods");
        }
        return new Wanted(0, 0, "");
    }

    /**
     * The budget with one disruption less allowed and this Pod noted as disrupted, or why not: 429 with upstream's
     * causes.
     */
    public static Outcome<ObjectNode> take(ObjectNode budget, String pod, Instant now) {
        JsonNode status = budget.path("status");
        String name = Json.text(budget, "metadata", "name");
        if (status.path("observedGeneration").asLong()
                < Json.at(budget, "metadata", "generation").asLong()) {
            return Outcome.refused(beingProcessed(name));
        }
        if (status.path(DISRUPTED).size() > MOST_DISRUPTED) {
            return Outcome.refused(new ApiStatus(
                    403,
                    "Forbidden",
                    "poddisruptionbudgets.policy \"" + name
                            + "\" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller",
                    new ApiStatus.Details(name, "policy", "poddisruptionbudgets", "", List.of(), 0)));
        }
        int allowed = status.path(ALLOWED).asInt();
        if (allowed <= 0) {
            return Outcome.refused(violated(0, why(name, status)));
        }
        ObjectNode taken = budget.deepCopy();
        ObjectNode next = Json.child(taken, "status");
        next.put(ALLOWED, allowed - 1);
        Json.child(next, DISRUPTED).put(pod, Timestamps.seconds(now));
        if (allowed == 1) {
            allowedCondition(next, now);
        }
        return Outcome.done(taken);
    }

    /** The answer while the budget does not say yet what it allows; also when a Pod changed under an eviction. */
    public static ApiStatus beingProcessed(String name) {
        return violated(
                PROCESSING_SECONDS, "The disruption budget " + name + " is still being processed by the server.");
    }

    /**
     * Whether a Pod that is not ready may go without taking a disruption (unhealthyPodEvictionPolicy, KEP-3017). If so,
     * only as long as it stays as it is.
     */
    public static boolean freesUnhealthy(JsonNode budget) {
        if (Json.text(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")) {
            return true;
        }
        int current = Json.at(budget, "status", "currentHealthy").asInt();
        int desired = Json.at(budget, "status", "desiredHealthy").asInt();
        return desired > 0 && current >= desired;
    }

    private static String why(String name, JsonNode status) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(CONDITION)
                    && Json.text(condition, "reason").equals("SyncFailed")) {
                return "The disruption budget " + name
                        + " does not allow evicting pods currently because it failed sync: "
                        + Json.text(condition, "message");
            }
        }
        int current = status.path("currentHealthy").asInt();
        int desired = status.path("desiredHealthy").asInt();
        return current <= desired
                ? "The disruption budget " + name + " needs " + desired + " healthy pods and has " + current
                        + " currently"
                : "The disruption budget " + name + " does not allow evicting pods currently";
    }

    private static ApiStatus violated(int retryAfterSeconds, String why) {
        return new ApiStatus(
                429,
                "TooManyRequests",
                VIOLATED,
                new ApiStatus.Details("", "", "", "", List.of(new ApiStatus.Cause(CAUSE, why, "")), retryAfterSeconds));
    }

    private static void allowedCondition(ObjectNode status, Instant now) {
        if (status.path(ALLOWED).asInt() > 0) {
            condition(status, "True", "SufficientPods", "", now);
        } else {
            condition(status, "False", "InsufficientPods", "", now);
        }
    }

    private static void condition(ObjectNode status, String value, String reason, String message, Instant now) {
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode present ? present : status.putArray("conditions");
        ObjectNode known = null;
        for (JsonNode condition : conditions) {
            if (Json.text(condition, "type").equals(CONDITION)) {
                known = (ObjectNode) condition;
            }
        }
        boolean turned = known == null || !Json.text(known, "status").equals(value);
        ObjectNode condition = known == null ? conditions.addObject().put("type", CONDITION) : known;
        condition.put("status", value);
        long generation = status.path("observedGeneration").asLong();
        if (generation != 0) {
            putInteger(condition, "observedGeneration", generation);
        }
        if (turned) {
            condition.put("lastTransitionTime", Timestamps.seconds(now));
        }
        condition.put("reason", reason).put("message", message);
    }

    private static void putDisrupted(ObjectNode status, Map<String, Instant> disrupted) {
        if (disrupted.isEmpty()) {
            status.remove(DISRUPTED);
            return;
        }
        ObjectNode into = status.putObject(DISRUPTED);
        disrupted.forEach((pod, at) -> into.put(pod, at.toString()));
    }

    /** In the node type that a parser would choose, so that trees compare equal to parsed ones. */
    private static void putInteger(ObjectNode node, String field, long value) {
        if (value == (int) value) {
            node.put(field, (int) value);
        } else {
            node.put(field, value);
        }
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
