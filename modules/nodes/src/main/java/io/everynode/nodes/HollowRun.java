package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * One run of a container, as its Pod's status tells of it. Immutable.
 *
 * @param id the container ID, another one for each run
 * @param ended null while it runs
 * @param exitCode 0 while it runs
 */
record HollowRun(String id, Instant started, Instant ended, int exitCode) {

    private static final List<String> STATUSES =
            List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses");

    /**
     * The run that a question for a log means, chosen and refused as by a kubelet (validateContainerLogStatus of
     * pkg/kubelet/kubelet_pods.go; it answers 400).
     *
     * @param pod the object
     */
    static Outcome<HollowRun> asked(JsonNode pod, String container, boolean previous) {
        String who = "container \"" + container + "\" in pod \"" + Json.text(pod, "metadata", "name") + "\"";
        JsonNode status = status(pod, container);
        if (status == null) {
            // Before its first report a kubelet already knows of the containers that it is going to make.
            boolean none = STATUSES.stream()
                    .allMatch(list -> Json.at(pod, "status", list).isEmpty());
            return refused(
                    !none
                            ? who + " is not available"
                            : previous
                                    ? noPrevious(who)
                                    : waiting(
                                            who,
                                            Json.at(pod, "spec", "initContainers")
                                                            .isEmpty()
                                                    ? "ContainerCreating"
                                                    : "PodInitializing"));
        }
        JsonNode state = status.path("state");
        JsonNode last = status.path("lastState").path("terminated");
        boolean lastRan = !Json.text(last, "containerID").isEmpty();
        if (previous) {
            return lastRan ? ended(last) : refused(noPrevious(who));
        }
        if (state.has("running")) {
            Instant since = time(state.path("running"), "startedAt");
            return Outcome.done(new HollowRun(Json.text(status, "containerID"), since, null, 0));
        }
        JsonNode terminated = state.path("terminated");
        if (!Json.text(terminated, "containerID").isEmpty()) {
            return ended(terminated);
        }
        if (lastRan) {
            return ended(last);
        }
        if (state.has("terminated") || status.path("lastState").has("terminated")) {
            return refused(who + " is terminated");
        }
        return refused(waiting(who, Json.text(state, "waiting", "reason")));
    }

    private static JsonNode status(JsonNode pod, String container) {
        for (String list : STATUSES) {
            for (JsonNode status : Json.at(pod, "status", list)) {
                if (Json.text(status, "name").equals(container)) {
                    return status;
                }
            }
        }
        return null;
    }

    private static String noPrevious(String who) {
        return "previous terminated " + who + " not found";
    }

    private static String waiting(String who, String reason) {
        return who + " is waiting to start"
                + switch (reason) {
                    case "" -> " - no logs yet";
                    case "ErrImagePull" -> ": image can't be pulled";
                    case "ImagePullBackOff" -> ": trying and failing to pull image";
                    default -> ": " + reason;
                };
    }

    private static Outcome<HollowRun> refused(String message) {
        return Outcome.refused(ApiStatus.badRequest(message));
    }

    private static Outcome<HollowRun> ended(JsonNode terminated) {
        Instant started = time(terminated, "startedAt");
        Instant finished = time(terminated, "finishedAt");
        return Outcome.done(new HollowRun(
                Json.text(terminated, "containerID"),
                started,
                finished.isBefore(started) ? started : finished,
                terminated.path("exitCode").asInt(0)));
    }

    /** Somebody may have written a status without times: such a run began, or ended, with the epoch. */
    private static Instant time(JsonNode state, String field) {
        try {
            return Instant.parse(Json.text(state, field));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
