package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pod specs in Pods and templates, in the order of core validation's ValidatePodSpec. */
final class PodSpecValidation {

    private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final List<String> PREEMPTION_POLICIES = List.of("PreemptLowerPriority", "Never");

    private PodSpecValidation() {}

    /** @param inPod whether the spec is a Pod's own, for which a few rules are stricter than in templates */
    static void validate(JsonNode spec, String field, boolean inPod, Causes causes) {
        if (!spec.has("terminationGracePeriodSeconds")) {
            causes.required(field + ".terminationGracePeriodSeconds");
        }
        Map<String, JsonNode> volumes = VolumeValidation.validate(spec, field + ".volumes", causes);
        Set<String> claims = resourceClaims(spec, field + ".resourceClaims", causes);
        new ContainerValidation(spec, volumes, claims, causes).validateAll(field);
        hostNetwork(spec, field, inPod, causes);
        choice(spec, "restartPolicy", RESTART_POLICIES, field, causes);
        choice(spec, "dnsPolicy", DNS_POLICIES, field, causes);
        LabelRules.labels(spec.path("nodeSelector"), field + ".nodeSelector", causes);
        SecurityContextValidation.pod(spec, field + ".securityContext", causes);
        AffinityValidation.validate(spec.path("affinity"), field + ".affinity", causes);
        DnsConfigValidation.validate(spec, field + ".dnsConfig", causes);
        gates(spec, field, causes);
        SpreadValidation.validate(spec, field + ".topologySpreadConstraints", causes);
        hostUsers(spec, field, causes);
        names(spec, field, causes);
        if (spec.has("activeDeadlineSeconds")) {
            long seconds = Trees.number(spec, "activeDeadlineSeconds");
            Formats.inRange(seconds, 1, Integer.MAX_VALUE)
                    .forEach(wrong -> causes.invalid(field + ".activeDeadlineSeconds", seconds, wrong));
        }
        hostnames(spec, field, causes);
        TaintRules.tolerations(spec, field + ".tolerations", causes);
        hostAliases(spec, field + ".hostAliases", causes);
        subdomain(spec, "priorityClassName", field, causes);
        subdomain(spec, "runtimeClassName", field, causes);
        if (spec.has("preemptionPolicy")) {
            choice(spec, "preemptionPolicy", PREEMPTION_POLICIES, field, causes);
        }
        for (Map.Entry<String, JsonNode> overhead : Trees.entries(spec, "overhead")) {
            ResourceValidation.amount(
                    overhead.getKey(), overhead.getValue(), Trees.key(field + ".overhead", overhead.getKey()), causes);
        }
        OsValidation.validate(spec, field, causes);
    }

    private static Set<String> resourceClaims(JsonNode spec, String field, Causes causes) {
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode claim : Trees.objects(spec, "resourceClaims")) {
            String at = Trees.at(field, i++);
            String name = Trees.text(claim, "name");
            if (name.isEmpty()) {
                causes.required(at + ".name");
            } else if (!names.add(name)) {
                causes.duplicate(at + ".name", name);
            } else {
                causes.invalid(at + ".name", name, Formats.dnsLabel(name));
            }
            boolean named = claim.has("resourceClaimName");
            boolean templated = claim.has("resourceClaimTemplateName");
            if (named && templated) {
                causes.invalid(
                        at,
                        claim,
                        "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
            } else if (!named && !templated) {
                causes.invalid(at, claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            }
            subdomain(claim, "resourceClaimName", at, causes);
            subdomain(claim, "resourceClaimTemplateName", at, causes);
        }
        return names;
    }

    private static void hostNetwork(JsonNode spec, String field, boolean inPod, Causes causes) {
        if (!Trees.isTrue(spec, "hostNetwork")) {
            return;
        }
        int i = 0;
        for (ObjectNode container : Trees.objects(spec, "containers")) {
            String ports = Trees.at(field + ".containers", i++) + ".ports";
            int j = 0;
            for (ObjectNode port : Trees.objects(container, "ports")) {
                String at = Trees.at(ports, j++);
                long host = Trees.number(port, "hostPort");
                if ((inPod || host != 0) && host != Trees.number(port, "containerPort")) {
                    causes.invalid(at + ".hostPort", host, "must match `containerPort` when `hostNetwork` is true");
                }
            }
        }
    }

    static void choice(JsonNode owner, String name, List<String> supported, String field, Causes causes) {
        String value = Trees.text(owner, name);
        if (value.isEmpty()) {
            causes.required(field + "." + name);
        } else if (!supported.contains(value)) {
            causes.notSupported(field + "." + name, value, supported);
        }
    }

    private static void gates(JsonNode spec, String field, Causes causes) {
        int i = 0;
        for (ObjectNode gate : Trees.objects(spec, "readinessGates")) {
            String type = Trees.text(gate, "conditionType");
            causes.invalid(
                    Trees.at(field + ".readinessGates", i++) + ".conditionType", type, Formats.qualifiedName(type));
        }
        Set<String> seen = new HashSet<>();
        i = 0;
        for (ObjectNode gate : Trees.objects(spec, "schedulingGates")) {
            String at = Trees.at(field + ".schedulingGates", i++);
            String name = Trees.text(gate, "name");
            causes.invalid(at, name, Formats.qualifiedName(name));
            if (!seen.add(name)) {
                causes.duplicate(at, name);
            }
        }
    }

    /** A Pod with users of its own shares no other namespace with the host. */
    private static void hostUsers(JsonNode spec, String field, Causes causes) {
        if (!spec.has("hostUsers") || Trees.isTrue(spec, "hostUsers")) {
            return;
        }
        if (Trees.isTrue(spec, "hostNetwork")) {
            causes.forbidden(field + ".hostNetwork", "when `hostUsers` is false");
        }
        if (Trees.isTrue(spec, "hostPID")) {
            causes.forbidden(field + ".hostPID", "when `hostUsers` is false");
        }
        if (Trees.isTrue(spec, "hostIPC")) {
            causes.forbidden(field + ".hostIPC", "when `hostUsers` is false");
        }
    }

    private static void names(JsonNode spec, String field, Causes causes) {
        subdomain(spec, "serviceAccountName", field, causes);
        subdomain(spec, "nodeName", field, causes);
    }

    private static void subdomain(JsonNode owner, String name, String field, Causes causes) {
        String value = Trees.text(owner, name);
        if (!value.isEmpty()) {
            causes.invalid(field + "." + name, value, Formats.dnsSubdomain(value));
        }
    }

    private static void hostnames(JsonNode spec, String field, Causes causes) {
        for (String name : List.of("hostname", "subdomain")) {
            String value = Trees.text(spec, name);
            if (!value.isEmpty()) {
                causes.invalid(field + "." + name, value, Formats.dnsLabel(value));
            }
        }
    }

    private static void hostAliases(JsonNode spec, String field, Causes causes) {
        int i = 0;
        for (ObjectNode alias : Trees.objects(spec, "hostAliases")) {
            String at = Trees.at(field, i++);
            String ip = Trees.text(alias, "ip");
            causes.invalid(at + ".ip", ip, Formats.ip(ip));
            List<String> hostnames = Trees.texts(alias, "hostnames");
            for (int j = 0; j < hostnames.size(); j++) {
                String hostname = hostnames.get(j);
                causes.invalid(Trees.at(at + ".hostnames", j), hostname, Formats.dnsSubdomain(hostname));
            }
        }
    }
}
