package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.agent.plan.PodStatus;
import io.everynode.objects.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** A node as its agent describes it, in the form a kubelet gives it. Pure. */
final class NodeStatus {

    static final String KUBELET_VERSION = "v1.35.0-everynode-agent";
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int LEASE_SECONDS = 40;

    private NodeStatus() {}

    /** @param engineDown why the Engine does not answer; "" when it does */
    record Condition(String engineDown, Pressure pressure) {}

    static Map<String, String> labels(AgentSettings settings, String architecture) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String prefix : new String[] {"", "beta."}) {
            labels.put(prefix + "kubernetes.io/arch", goArchitecture(architecture));
            labels.put(prefix + "kubernetes.io/os", "linux");
        }
        labels.put("kubernetes.io/hostname", settings.node());
        labels.putAll(settings.labels());
        return labels;
    }

    private static String goArchitecture(String name) {
        return switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }

    static ObjectNode registration(Map<String, String> labels, AgentSettings settings, ObjectNode status) {
        ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
        ObjectNode metadata = node.putObject("metadata").put("name", settings.node());
        labels.forEach(metadata.putObject("labels")::put);
        node.putObject("spec");
        node.set("status", status);
        return node;
    }

    static ObjectNode status(
            NodeFacts facts, Engine.Info engine, AgentSettings settings, Condition condition, Instant now) {
        ObjectNode status = conditions(condition, now);
        facts.capacityTexts().forEach(status.putObject("capacity")::put);
        facts.allocatableTexts().forEach(status.putObject("allocatable")::put);
        ArrayNode addresses = status.putArray("addresses");
        facts.addresses()
                .forEach(ip -> addresses.addObject().put("type", "InternalIP").put("address", ip));
        // An API server may try it first: a name that leads nowhere would hide the address.
        if (facts.nameResolves()) {
            addresses.addObject().put("type", "Hostname").put("address", settings.node());
        }
        if (settings.port() > 0) {
            status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", settings.port());
        }
        status.putObject("nodeInfo")
                .put("machineID", facts.machineId())
                .put("systemUUID", facts.systemUuid())
                .put("bootID", facts.bootId())
                .put("kernelVersion", engine.kernel())
                .put("osImage", engine.operatingSystem())
                .put("containerRuntimeVersion", "docker://" + engine.version())
                .put("kubeletVersion", KUBELET_VERSION)
                .put("kubeProxyVersion", "")
                .put("operatingSystem", "linux")
                .put("architecture", goArchitecture(engine.architecture()));
        return status;
    }

    /** Times of transitions are the server's or the reporter's to keep: see {@link NodeReporter}. */
    static ObjectNode conditions(Condition condition, Instant now) {
        ObjectNode status = Json.object();
        ArrayNode list = status.putArray("conditions");
        Pressure pressure = condition.pressure();
        one(list, now, "NetworkUnavailable", false, "DockerBridge", "the Docker Engine's network serves Pods");
        pressure(list, now, "MemoryPressure", pressure.memory(), "Memory", "memory available");
        pressure(list, now, "DiskPressure", pressure.disk(), "Disk", "disk space");
        pressure(list, now, "PIDPressure", pressure.pids(), "PID", "PID available");
        boolean up = condition.engineDown().isEmpty();
        one(
                list,
                now,
                "Ready",
                up,
                up ? "KubeletReady" : "KubeletNotReady",
                up ? "kubelet is posting ready status" : "container runtime is down: " + condition.engineDown());
        return status;
    }

    private static void pressure(
            ArrayNode list, Instant now, String type, boolean holds, String what, String sentence) {
        String sufficient = type.equals("DiskPressure") ? "HasNoDiskPressure" : "HasSufficient" + what;
        String insufficient = type.equals("DiskPressure") ? "HasDiskPressure" : "HasInsufficient" + what;
        one(
                list,
                now,
                type,
                holds,
                "Kubelet" + (holds ? insufficient : sufficient),
                "kubelet has "
                        + (holds ? "insufficient " : type.equals("DiskPressure") ? "no pressure on " : "sufficient ")
                        + sentence);
    }

    private static void one(ArrayNode list, Instant now, String type, boolean holds, String reason, String message) {
        list.addObject()
                .put("type", type)
                .put("status", holds ? "True" : "False")
                .put("lastHeartbeatTime", PodStatus.time(now))
                .put("lastTransitionTime", PodStatus.time(now))
                .put("reason", reason)
                .put("message", message);
    }

    static ObjectNode lease(String node, String uid, Instant now) {
        ObjectNode lease =
                Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata")
                .put("name", node)
                .put("namespace", "kube-node-lease")
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", node)
                .put("uid", uid);
        lease.putObject("spec")
                .put("holderIdentity", node)
                .put("leaseDurationSeconds", LEASE_SECONDS)
                .put("renewTime", MICROS.format(now));
        return lease;
    }

    static ObjectNode renewal(Instant now) {
        ObjectNode body = Json.object();
        body.putObject("spec").put("renewTime", MICROS.format(now));
        return body;
    }
}
