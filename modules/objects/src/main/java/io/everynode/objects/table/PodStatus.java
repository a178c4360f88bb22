package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * What a Pod's Ready, Status and Restarts columns tell, folded from phase, conditions and container states in the order
 * of upstream's printPod (pkg/printers/internalversion/printers.go).
 */
final class PodStatus {

    private final JsonNode pod;
    private final JsonNode status;
    private final Set<String> sidecars = new HashSet<>();
    private int containers;
    private int ready;
    private int restarts;
    private Instant lastRestart;
    private int sidecarRestarts;
    private Instant lastSidecarRestart;
    private String reason;

    PodStatus(JsonNode pod) {
        this.pod = pod;
        this.status = pod.path("status");
        this.containers = pod.path("spec").path("containers").size();
        String phase = Json.text(status, "phase");
        reason = Cells.or(Json.text(status, "reason"), phase);
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals("PodScheduled")
                    && Json.text(condition, "reason").equals("SchedulingGated")) {
                reason = "SchedulingGated";
            }
        }
        for (JsonNode init : pod.path("spec").path("initContainers")) {
            if (Json.text(init, "restartPolicy").equals("Always")) {
                sidecars.add(Json.text(init, "name"));
                containers++;
            }
        }
        boolean initializing = readInitContainers();
        if (!initializing || hasTrueCondition("Initialized")) {
            readContainers();
        }
        if (pod.path("metadata").hasNonNull("deletionTimestamp")) {
            if (Json.text(status, "reason").equals("NodeLost")) {
                reason = "Unknown";
            } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                reason = "Terminating";
            }
        }
    }

    String ready() {
        return ready + "/" + containers;
    }

    String reason() {
        return reason;
    }

    /** Such as "0", or "3 (5m ago)" when it is known when the last one was. */
    String restarts(Instant now) {
        if (restarts == 0 || lastRestart == null) {
            return Integer.toString(restarts);
        }
        return restarts + " (" + HumanDuration.text(Duration.between(lastRestart, now)) + " ago)";
    }

    /** "1/2" gates whose condition is true, or "&lt;none&gt;". */
    String readinessGates() {
        JsonNode gates = pod.path("spec").path("readinessGates");
        if (gates.isEmpty()) {
            return Cells.NONE;
        }
        int passed = 0;
        for (JsonNode gate : gates) {
            if (hasTrueCondition(Json.text(gate, "conditionType"))) {
                passed++;
            }
        }
        return passed + "/" + gates.size();
    }

    /**
     * Reads up to the first init container that still has to finish or, for a sidecar, to start; true when there is
     * one.
     */
    private boolean readInitContainers() {
        int index = 0;
        for (JsonNode container : status.path("initContainerStatuses")) {
            int count = container.path("restartCount").asInt();
            restarts += count;
            lastRestart = later(lastRestart, lastEnd(container));
            boolean sidecar = sidecars.contains(Json.text(container, "name"));
            if (sidecar) {
                sidecarRestarts += count;
                lastSidecarRestart = later(lastSidecarRestart, lastEnd(container));
            }
            JsonNode terminated = container.path("state").path("terminated");
            boolean ended = terminated.isObject();
            String waiting = Json.text(container, "state", "waiting", "reason");
            if (ended && terminated.path("exitCode").asInt() == 0) {
                index++;
            } else if (sidecar && container.path("started").asBoolean()) {
                if (container.path("ready").asBoolean()) {
                    ready++;
                }
                index++;
            } else {
                if (ended) {
                    reason = "Init:" + Cells.or(Json.text(terminated, "reason"), exit(terminated));
                } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                    reason = "Init:" + waiting;
                } else {
                    reason = "Init:" + index + "/"
                            + pod.path("spec").path("initContainers").size();
                }
                return true;
            }
        }
        return false;
    }

    /** From the last to the first, so that the first container with something to tell decides. */
    private void readContainers() {
        restarts = sidecarRestarts;
        lastRestart = lastSidecarRestart;
        boolean running = false;
        JsonNode statuses = status.path("containerStatuses");
        for (int i = statuses.size() - 1; i >= 0; i--) {
            JsonNode container = statuses.get(i);
            restarts += container.path("restartCount").asInt();
            lastRestart = later(lastRestart, lastEnd(container));
            JsonNode state = container.path("state");
            JsonNode terminated = state.path("terminated");
            String waiting = Json.text(state, "waiting", "reason");
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (terminated.isObject()) {
                reason = Cells.or(Json.text(terminated, "reason"), exit(terminated));
            } else if (container.path("ready").asBoolean()
                    && state.path("running").isObject()) {
                running = true;
                ready++;
            }
        }
        if (reason.equals("Completed") && running) {
            reason = hasTrueCondition("Ready") ? "Running" : "NotReady";
        }
    }

    private boolean hasTrueCondition(String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private static String exit(JsonNode terminated) {
        int signal = terminated.path("signal").asInt();
        return signal != 0
                ? "Signal:" + signal
                : "ExitCode:" + terminated.path("exitCode").asInt();
    }

    private static Instant lastEnd(JsonNode container) {
        return HumanDuration.instant(Json.text(container, "lastState", "terminated", "finishedAt"));
    }

    private static Instant later(Instant a, Instant b) {
        return a == null || b != null && b.isAfter(a) ? b : a;
    }
}
