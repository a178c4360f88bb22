package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.HollowPod.Stage;
import io.everynode.nodes.HollowPod.Step;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one hollow node knows: its Pods and its network. Touches no clock and no I/O; the same calls give the same
 * results. Confined to one thread.
 */
final class HollowNode {

    private final HollowNodeSpec spec;
    private final int index;
    private final String ip;
    private final Map<String, HollowPod> pods = new HashMap<>();
    private final Map<String, Integer> failuresByOwner = new HashMap<>();
    /** What the API knows of its conditions, by type. */
    private final Map<String, Since> since = new HashMap<>();

    private boolean networkUnavailable;
    private int lastHost;

    private record Since(String status, String time) {}

    /** @param index of the node in its fleet, from 0; its addresses follow from it */
    HollowNode(HollowNodeSpec spec, int index) {
        this.spec = spec;
        this.index = index;
        this.ip = HollowAddresses.node(index);
        this.networkUnavailable = spec.networkUnavailable();
    }

    HollowNodeSpec spec() {
        return spec;
    }

    String name() {
        return spec.name();
    }

    String ip() {
        return ip;
    }

    /** The Pod of this UID as far as this node has taken it; null when it has none. */
    HollowPod pod(String uid) {
        return pods.get(uid);
    }

    /** Whether an edit of this Pod concerns the node; else only its deletion does. */
    boolean waitsForEdit(String uid) {
        HollowPod pod = pods.get(uid);
        return pod != null && pod.waitsForEdit();
    }

    Set<String> podUids() {
        return Set.copyOf(pods.keySet());
    }

    /**
     * A Pod bound here was seen, for the first time or again.
     *
     * @param luck in [0, 1), decides with the failure rate whether it fails
     */
    HollowAction podSeen(PodFacts facts, double luck, Instant now) {
        HollowPod known = pods.get(facts.uid());
        if (known == null) {
            HollowBehaviour behaviour = spec.behaviour().with(facts.annotations());
            return take(HollowPod.arrive(facts, behaviour, fails(facts, behaviour, luck), ipFor(facts), ip, now));
        }
        return take(
                facts.deleting()
                        ? known.deletionSeen(facts.deletionGraceSeconds())
                        : known.edited(spec.behaviour().with(facts.annotations())));
    }

    HollowAction podDelayOver(String uid, Instant now) {
        HollowPod pod = pods.get(uid);
        return pod == null ? HollowAction.NONE : take(pod.delayOver(now));
    }

    /** The API has a Pod as not ready, and this node has nothing to say of it just now. */
    HollowAction podDiffers(String uid, Instant now) {
        HollowPod pod = pods.get(uid);
        return pod == null || pod.stage() != Stage.READY ? HollowAction.NONE : take(pod.again(now));
    }

    HollowAction podReported(String uid) {
        HollowPod pod = pods.get(uid);
        return pod == null ? HollowAction.NONE : take(pod.reported());
    }

    void podGone(String uid) {
        pods.remove(uid);
    }

    private HollowAction take(Step step) {
        pods.put(step.pod().facts().uid(), step.pod());
        return step.action();
    }

    private boolean fails(PodFacts facts, HollowBehaviour behaviour, double luck) {
        if (!facts.seen().phase().isEmpty() && !facts.seen().phase().equals("Pending")) {
            return false;
        }
        String owner = facts.ownerUid().isEmpty() ? facts.namespace() + "/" + facts.name() : facts.ownerUid();
        if (failuresByOwner.getOrDefault(owner, 0) < behaviour.failTimes()) {
            failuresByOwner.merge(owner, 1, Integer::sum);
            return true;
        }
        return luck < behaviour.failureRate();
    }

    private String ipFor(PodFacts facts) {
        if (facts.hostNetwork()) {
            return ip;
        }
        if (!facts.seen().podIp().isEmpty()) {
            return facts.seen().podIp();
        }
        Set<String> taken = new HashSet<>();
        pods.values().forEach(pod -> taken.add(pod.ip()));
        String address;
        int tries = 0;
        do {
            lastHost = lastHost % HollowAddresses.PODS_PER_NODE + 1;
            address = HollowAddresses.pod(index, lastHost);
        } while (taken.contains(address) && ++tries < HollowAddresses.PODS_PER_NODE);
        return address;
    }

    /**
     * Whether a network plugin is ready here that the node has not reported on yet; it will be reported from now on.
     */
    boolean networkCameUp() {
        if (networkUnavailable && pluginReady()) {
            networkUnavailable = false;
            return true;
        }
        return false;
    }

    private boolean pluginReady() {
        return pods.values().stream().anyMatch(pod -> pod.facts().networkPlugin() && pod.stage() == Stage.READY);
    }

    /** The Node object is gone; if it comes back, it joins like a new one. */
    void nodeGone() {
        networkUnavailable = spec.networkUnavailable() && !pluginReady();
    }

    /** The object to register with. */
    ObjectNode registration(Instant now) {
        ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
        ObjectNode labels = node.putObject("metadata").put("name", name()).putObject("labels");
        Map<String, String> all = new TreeMap<>(spec.labels());
        all.putIfAbsent("kubernetes.io/hostname", name());
        all.putIfAbsent("kubernetes.io/os", "linux");
        all.putIfAbsent("kubernetes.io/arch", "amd64");
        all.forEach(labels::put);
        ObjectNode nodeSpec = node.putObject("spec");
        if (!spec.taints().isEmpty()) {
            ArrayNode taints = nodeSpec.putArray("taints");
            for (HollowNodeSpec.Taint taint : spec.taints()) {
                ObjectNode one = taints.addObject().put("key", taint.key());
                if (!taint.value().isEmpty()) {
                    one.put("value", taint.value());
                }
                one.put("effect", taint.effect());
            }
        }
        node.set("status", status(now));
        return node;
    }

    /** All that it reports of itself. A condition that is stored with the same status keeps its transition time. */
    ObjectNode status(Instant now) {
        ObjectNode status = HollowStatus.ofNode(spec, ip, networkUnavailable, now);
        for (JsonNode condition : status.path("conditions")) {
            Since known = since.get(Json.text(condition, "type"));
            if (known != null && known.status().equals(Json.text(condition, "status"))) {
                ((ObjectNode) condition).put("lastTransitionTime", known.time());
            }
        }
        return status;
    }

    /**
     * The node found its object in the API. What it says of the network stays so: a restarted kubelet does not take the
     * network down.
     *
     * @return whether the object lacks something that the node has to report
     */
    boolean returned(JsonNode node) {
        JsonNode stored = node.path("status");
        boolean ready = false;
        String network = "";
        since.clear();
        for (JsonNode condition : stored.path("conditions")) {
            String time = Json.text(condition, "lastTransitionTime");
            if (!time.isEmpty()) {
                since.put(
                        SharedText.of(Json.text(condition, "type")),
                        new Since(SharedText.of(Json.text(condition, "status")), SharedText.of(time)));
            }
            switch (Json.text(condition, "type")) {
                case "Ready" -> ready = Json.text(condition, "status").equals("True");
                case "NetworkUnavailable" -> network = Json.text(condition, "status");
                default -> {}
            }
        }
        if (network.equals("False")) {
            networkUnavailable = false;
        }
        boolean same = ready
                && (!spec.networkUnavailable() || network.equals(networkUnavailable ? "True" : "False"))
                && sameAmounts(stored.path("capacity"));
        return !same;
    }

    private boolean sameAmounts(JsonNode capacity) {
        return spec.capacity().entrySet().stream()
                .allMatch(entry -> capacity.path(entry.getKey()).asText("").equals(entry.getValue()));
    }
}
