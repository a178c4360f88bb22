package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a kubelet may say of a Pod (core validation ValidatePodStatusUpdate). */
final class PodStatusValidation {

    private static final Set<String> SYSTEM_CONDITIONS = Set.of("PodScheduled", "Ready", "Initialized");

    private PodStatusValidation() {}

    static void validate(ObjectNode pod, ObjectNode currentPod, Causes causes) {
        JsonNode status = pod.path("status");
        JsonNode current = currentPod.path("status");
        String phase = Trees.text(current, "phase");
        if ((phase.equals("Failed") || phase.equals("Succeeded"))
                && !Trees.text(status, "phase").equals(phase)) {
            // Upstream leaves this to the kubelet's status manager. A report that comes late would bring the Pod back.
            causes.invalid(
                    "status.phase",
                    Trees.text(status, "phase"),
                    "a Pod that has ended as " + phase + " cannot get another phase");
        }
        int i = 0;
        for (ObjectNode condition : Trees.objects(status, "conditions")) {
            String type = Trees.text(condition, "type");
            if (!SYSTEM_CONDITIONS.contains(type)) {
                // Upstream names this field so.
                causes.invalid(Trees.at("metadata.conditions", i) + ".Type", type, Formats.qualifiedName(type));
            }
            i++;
        }
        String nominated = Trees.text(status, "nominatedNodeName");
        if (!nominated.isEmpty() && !nominated.equals(Trees.text(current, "nominatedNodeName"))) {
            causes.invalid("status.nominatedNodeName", nominated, Formats.dnsSubdomain(nominated));
        }
        JsonNode spec = currentPod.path("spec");
        String policy = Trees.text(spec, "restartPolicy");
        transitions(status, current, "containerStatuses", policy, Set.of(), causes);
        transitions(status, current, "initContainerStatuses", policy, sidecars(spec), causes);
        transitions(status, current, "ephemeralContainerStatuses", "Never", Set.of(), causes);
        addresses(status, "podIPs", causes);
        addresses(status, "hostIPs", causes);
    }

    private static Set<String> sidecars(JsonNode spec) {
        Set<String> names = new HashSet<>();
        for (ObjectNode container : Trees.objects(spec, "initContainers")) {
            if (Trees.text(container, "restartPolicy").equals("Always")) {
                names.add(Trees.text(container, "name"));
            }
        }
        return names;
    }

    /** A container that has ended and will not be started again stays ended. */
    private static void transitions(
            JsonNode status, JsonNode current, String list, String policy, Set<String> restarting, Causes causes) {
        // What a Node decides on of a daemon Pod holds no spec: that is in its Template, and its policy is Always.
        if (policy.isEmpty() || policy.equals("Always")) {
            return;
        }
        int i = 0;
        for (ObjectNode before : Trees.objects(current, list)) {
            String at = Trees.at("status." + list, i++) + ".state";
            JsonNode terminated = before.path("state").path("terminated");
            String name = Trees.text(before, "name");
            boolean mayRestart = policy.equals("OnFailure") && Trees.number(terminated, "exitCode") != 0;
            if (terminated.isMissingNode() || mayRestart || restarting.contains(name)) {
                continue;
            }
            for (ObjectNode after : Trees.objects(status, list)) {
                if (Trees.text(after, "name").equals(name)
                        && !after.path("state").has("terminated")) {
                    causes.forbidden(at, "may not be transitioned to non-terminated state");
                }
            }
        }
    }

    private static void addresses(JsonNode status, String list, Causes causes) {
        List<ObjectNode> addresses = Trees.objects(status, list);
        Set<String> seen = new HashSet<>();
        Set<Boolean> families = new HashSet<>();
        for (int i = 0; i < addresses.size(); i++) {
            String ip = Trees.text(addresses.get(i), "ip");
            String at = Trees.at("status." + list, i);
            causes.invalid(at, ip, Formats.ip(ip));
            families.add(Formats.isIpv6(ip));
            if (!seen.add(ip)) {
                causes.duplicate(at, addresses.get(i), "");
            }
        }
        if (addresses.size() > 1 && (families.size() != 2 || addresses.size() > 2)) {
            causes.invalid("status." + list, status.path(list), "may specify no more than one IP for each IP family");
        }
    }
}
