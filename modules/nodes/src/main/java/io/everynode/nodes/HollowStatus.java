package io.everynode.nodes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.PodFacts.Container;
import io.everynode.objects.Json;
import io.everynode.objects.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** The {@code status} that hollow nodes report, in the form a kubelet gives it. Pure. */
final class HollowStatus {

    /** What nodeInfo.kubeletVersion says. */
    static final String KUBELET_VERSION = "v1.35.0-hollow";

    /** How container IDs, and the version of the runtime, of hollow nodes begin. */
    static final String RUNTIME = "hollow://";

    private HollowStatus() {}

    /** RFC 3339 in whole seconds, as the API prints times. */
    static String time(Instant now) {
        return Timestamps.seconds(now);
    }

    /** Conditions merge by type under a strategic patch; container lists are replaced. */
    static ObjectNode ofPod(HollowPod pod, Instant now) {
        String at = time(now);
        boolean failed = pod.stage() == HollowPod.Stage.TERMINAL;
        ObjectNode status = Json.object();
        status.put(
                "phase",
                switch (pod.stage()) {
                    case TERMINAL -> "Failed";
                    case PULL_ERROR, PULL_BACK_OFF, STARTING -> "Pending";
                    default -> "Running";
                });
        if (failed) {
            status.put("reason", pod.behaviour().failReason());
            status.put("message", pod.behaviour().failMessage());
        }
        ArrayNode conditions = status.putArray("conditions");
        condition(conditions, "PodScheduled", true, scheduledAt(pod), "", "");
        condition(conditions, "Initialized", true, pod.startTime(), "", "");
        readiness(conditions, "ContainersReady", pod, at);
        readiness(conditions, "Ready", pod, at);
        status.put("hostIP", pod.hostIp());
        status.putArray("hostIPs").addObject().put("ip", pod.hostIp());
        if (!failed) {
            status.put("podIP", pod.ip());
            status.putArray("podIPs").addObject().put("ip", pod.ip());
        }
        status.put("startTime", pod.startTime());
        if (!pod.facts().initContainers().isEmpty()) {
            ArrayNode list = status.putArray("initContainerStatuses");
            for (Container container : pod.facts().initContainers()) {
                ObjectNode one =
                        container(list, pod, container).put("ready", true).put("restartCount", 0);
                // They take no time.
                ended(one.putObject("state"), containerId(pod, container, 0), 0, pod.startTime(), pod.startTime());
            }
        }
        ArrayNode list = status.putArray("containerStatuses");
        for (Container container : pod.facts().containers()) {
            containerState(list, pod, container, at);
        }
        return status;
    }

    private static void containerState(ArrayNode list, HollowPod pod, Container container, String at) {
        ObjectNode one = container(list, pod, container)
                .put("ready", pod.stage() == HollowPod.Stage.READY)
                .put("restartCount", pod.restarts());
        ObjectNode state = one.putObject("state");
        switch (pod.stage()) {
            case TERMINAL -> ended(state, containerId(pod, container, pod.restarts()), 1, pod.startTime(), at);
            case PULL_ERROR -> waiting(state, "ErrImagePull", "image \"" + container.image() + "\" cannot be pulled");
            case PULL_BACK_OFF ->
                waiting(state, "ImagePullBackOff", "Back-off pulling image \"" + container.image() + "\"");
            case CRASHED -> {
                waiting(
                        state,
                        "CrashLoopBackOff",
                        "back-off " + HollowPod.backOff(pod.restarts()).toSeconds() + "s restarting failed container="
                                + container.name() + " pod=" + pod.facts().name() + "_"
                                + pod.facts().namespace());
                lastRun(one, pod, container, pod.restarts());
            }
            default -> {
                String since = pod.run().startedAt();
                state.putObject("running").put("startedAt", since.isEmpty() ? pod.startTime() : since);
                lastRun(one, pod, container, pod.restarts() - 1);
            }
        }
        one.put("started", state.has("running"));
    }

    private static ObjectNode container(ArrayNode list, HollowPod pod, Container container) {
        ObjectNode one = list.addObject().put("name", container.name()).put("image", container.image());
        boolean pulled = pod.stage() != HollowPod.Stage.PULL_ERROR && pod.stage() != HollowPod.Stage.PULL_BACK_OFF;
        one.put("imageID", pulled ? container.image() : "");
        if (pulled) {
            one.put("containerID", containerId(pod, container, pod.restarts()));
        }
        return one;
    }

    private static String containerId(HollowPod pod, Container container, int run) {
        String seed = pod.facts().uid() + "/" + container.name() + "/" + run;
        return RUNTIME + UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8));
    }

    private static void waiting(ObjectNode state, String reason, String message) {
        state.putObject("waiting").put("reason", reason).put("message", message);
    }

    private static void lastRun(ObjectNode status, HollowPod pod, Container container, int run) {
        if (pod.run().hasCrashed()) {
            ended(
                    status.putObject("lastState"),
                    containerId(pod, container, run),
                    1,
                    pod.run().lastStartedAt(),
                    pod.run().lastFinishedAt());
        }
    }

    private static void ended(ObjectNode state, String containerId, int exitCode, String startedAt, String finishedAt) {
        state.putObject("terminated")
                .put("exitCode", exitCode)
                .put("reason", exitCode == 0 ? "Completed" : "Error")
                .put("startedAt", startedAt)
                .put("finishedAt", finishedAt)
                .put("containerID", containerId);
    }

    private static String scheduledAt(HollowPod pod) {
        String seen = pod.facts().seen().scheduledAt();
        return seen.isEmpty() ? pod.startTime() : seen;
    }

    private static void readiness(ArrayNode conditions, String type, HollowPod pod, String at) {
        switch (pod.stage()) {
            // The patch merges into the unready condition reported before: null removes its reason and message.
            case READY ->
                condition(conditions, type, true, at, "", "").putNull("reason").putNull("message");
            case TERMINAL -> condition(conditions, type, false, pod.startTime(), "PodFailed", "");
            default -> {
                String message = pod.facts().containers().stream()
                        .map(Container::name)
                        .collect(Collectors.joining(" ", "containers with unready status: [", "]"));
                condition(conditions, type, false, pod.startTime(), "ContainersNotReady", message);
            }
        }
    }

    /** What a node says of itself when it joins or returns. */
    static ObjectNode ofNode(HollowNodeSpec spec, String ip, boolean networkUnavailable, Instant now) {
        String at = time(now);
        ObjectNode status = Json.object();
        Map<String, String> capacity = new TreeMap<>(spec.capacity());
        capacity.forEach(status.putObject("capacity")::put);
        capacity.forEach(status.putObject("allocatable")::put);
        ArrayNode conditions = status.putArray("conditions");
        if (spec.networkUnavailable()) {
            conditions.add(network(networkUnavailable, now));
        }
        heard(conditions, "MemoryPressure", false, "KubeletHasSufficientMemory", "memory is sufficient", at);
        heard(conditions, "DiskPressure", false, "KubeletHasNoDiskPressure", "disk space is sufficient", at);
        heard(conditions, "PIDPressure", false, "KubeletHasSufficientPID", "process ids are sufficient", at);
        heard(conditions, "Ready", true, "KubeletReady", "the hollow node is ready", at);
        ArrayNode addresses = status.putArray("addresses");
        addresses.addObject().put("type", "InternalIP").put("address", ip);
        addresses.addObject().put("type", "Hostname").put("address", spec.name());
        UUID id = UUID.nameUUIDFromBytes(spec.name().getBytes(StandardCharsets.UTF_8));
        status.putObject("nodeInfo")
                .put("machineID", id.toString().replace("-", ""))
                .put("systemUUID", id.toString())
                .put("bootID", id.toString())
                .put("kernelVersion", "0-hollow")
                .put("osImage", "Hollow")
                .put("containerRuntimeVersion", RUNTIME + "1")
                .put("kubeletVersion", KUBELET_VERSION)
                .put("kubeProxyVersion", KUBELET_VERSION)
                .put("operatingSystem", "linux")
                .put("architecture", "amd64");
        return status;
    }

    /** The condition NetworkUnavailable. */
    static ObjectNode network(boolean unavailable, Instant now) {
        ArrayNode one = Json.object().putArray("conditions");
        heard(
                one,
                "NetworkUnavailable",
                unavailable,
                unavailable ? "HollowNetworkMissing" : "HollowNetworkReady",
                unavailable ? "no network plugin is ready on this node" : "a network plugin is ready on this node",
                time(now));
        return (ObjectNode) one.get(0);
    }

    private static void heard(
            ArrayNode conditions, String type, boolean holds, String reason, String message, String at) {
        condition(conditions, type, holds, at, reason, message).put("lastHeartbeatTime", at);
    }

    private static ObjectNode condition(
            ArrayNode conditions, String type, boolean holds, String since, String reason, String message) {
        ObjectNode condition = conditions
                .addObject()
                .put("type", type)
                .put("status", holds ? "True" : "False")
                .put("lastTransitionTime", since);
        if (!reason.isEmpty()) {
            condition.put("reason", reason);
        }
        if (!message.isEmpty()) {
            condition.put("message", message);
        }
        return condition;
    }
}
