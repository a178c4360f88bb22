package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Services, as far as anyone here uses them: kept and validated; an address follows from the UID
 * ({@link ClusterAddresses}), node ports are not given out (pkg/registry/core/service/strategy.go, core validation
 * ValidateService).
 */
final class ServiceRules implements KindRules {

    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> AFFINITIES = List.of("ClientIP", "None");
    private static final List<String> TRAFFIC = List.of("Cluster", "Local");
    private static final int AFFINITY_SECONDS = 10800;
    private static final int LONGEST_AFFINITY_SECONDS = 86400;

    @Override
    public void applyDefaults(ObjectNode service) {
        ObjectNode spec = Json.child(service, "spec");
        Trees.textDefault(spec, "type", "ClusterIP");
        Trees.textDefault(spec, "sessionAffinity", "None");
        String affinity = Trees.text(spec, "sessionAffinity");
        if (affinity.equals("None")) {
            spec.remove("sessionAffinityConfig");
        } else if (affinity.equals("ClientIP")) {
            ObjectNode client = Json.child(Json.child(spec, "sessionAffinityConfig"), "clientIP");
            if (!client.has("timeoutSeconds")) {
                client.put("timeoutSeconds", AFFINITY_SECONDS);
            }
        }
        for (ObjectNode port : Trees.objects(spec, "ports")) {
            Trees.textDefault(port, "protocol", "TCP");
            JsonNode target = port.path("targetPort");
            boolean unset = target.isTextual() ? target.asText().isEmpty() : target.asLong() == 0;
            if (unset && port.has("port")) {
                port.set("targetPort", port.get("port"));
            }
        }
        String type = Trees.text(spec, "type");
        if (!type.equals("ExternalName")) {
            Trees.textDefault(spec, "internalTrafficPolicy", "Cluster");
            clusterIps(spec);
        }
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            Trees.textDefault(spec, "externalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer") && !spec.has("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
    }

    /** The single and the plural field say the same. */
    private static void clusterIps(ObjectNode spec) {
        String single = Trees.text(spec, "clusterIP");
        if (single.isEmpty()) {
            spec.remove("clusterIP");
            if (!spec.path("clusterIPs").isEmpty()) {
                spec.set("clusterIP", spec.path("clusterIPs").get(0));
            }
        } else if (spec.path("clusterIPs").isEmpty()) {
            spec.putArray("clusterIPs").add(single);
        }
    }

    @Override
    public void prepareCreate(ObjectNode service) {
        service.putObject("status").putObject("loadBalancer");
        ClusterAddresses.assign(service);
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode service, ObjectNode current) {
        Trees.copy(service, subresource.equals("status") ? "spec" : "status", current);
        ObjectNode spec = Json.child(service, "spec");
        if (!spec.has("clusterIP") && !Trees.text(spec, "type").equals("ExternalName")) {
            Trees.copy(spec, "clusterIP", current.path("spec"));
            Trees.copy(spec, "clusterIPs", current.path("spec"));
        }
        if (subresource.isEmpty()) {
            ClusterAddresses.reassign(service, current.path("spec"));
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode service, Causes causes) {
        ObjectMetaRules.validate(service, true, NameRule.LABEL_1035, causes);
        JsonNode spec = service.path("spec");
        String type = Trees.text(spec, "type");
        boolean headless = Trees.text(spec, "clusterIP").equals("None");
        List<ObjectNode> ports = Trees.objects(spec, "ports");
        if (ports.isEmpty() && !headless && !type.equals("ExternalName")) {
            causes.required("spec.ports");
        }
        if (headless && (type.equals("LoadBalancer") || type.equals("NodePort"))) {
            causes.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for " + type + " services");
        }
        if (type.equals("ExternalName")) {
            externalName(spec, causes);
        }
        ports(ports, causes);
        LabelRules.labels(spec.path("selector"), "spec.selector", causes);
        PodSpecValidation.choice(spec, "sessionAffinity", AFFINITIES, "spec", causes);
        JsonNode timeout = spec.path("sessionAffinityConfig").path("clientIP").path("timeoutSeconds");
        if (!timeout.isMissingNode() && (timeout.asLong() <= 0 || timeout.asLong() > LONGEST_AFFINITY_SECONDS)) {
            causes.invalid(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                    timeout.asLong(),
                    "must be greater than 0 and less than " + LONGEST_AFFINITY_SECONDS);
        }
        addresses(spec, "clusterIPs", causes);
        addresses(spec, "externalIPs", causes);
        PodSpecValidation.choice(spec, "type", TYPES, "spec", causes);
        samePorts(ports, type, causes);
        for (String policy : List.of("externalTrafficPolicy", "internalTrafficPolicy")) {
            String value = Trees.text(spec, policy);
            if (!value.isEmpty() && !TRAFFIC.contains(value)) {
                causes.notSupported("spec." + policy, value, TRAFFIC);
            }
        }
    }

    private static void externalName(JsonNode spec, Causes causes) {
        if (spec.path("clusterIPs").size() > 0 || !Trees.text(spec, "clusterIP").isEmpty()) {
            causes.forbidden("spec.clusterIPs", "may not be set for ExternalName services");
        }
        String name = Trees.text(spec, "externalName");
        String cname = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (cname.isEmpty()) {
            causes.required("spec.externalName");
        } else {
            causes.invalid("spec.externalName", cname, Formats.dnsSubdomain(cname));
        }
    }

    private static void ports(List<ObjectNode> ports, Causes causes) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectNode port = ports.get(i);
            String at = Trees.at("spec.ports", i);
            String name = Trees.text(port, "name");
            if (!name.isEmpty()) {
                causes.invalid(at + ".name", name, Formats.dnsLabel(name));
                if (!names.add(name)) {
                    causes.duplicate(at + ".name", name);
                }
            } else if (ports.size() > 1) {
                causes.required(at + ".name");
            }
            ProbeValidation.port(port.path("port"), at + ".port", causes);
            PodSpecValidation.choice(port, "protocol", ContainerValidation.PROTOCOLS, at, causes);
            ProbeValidation.port(port.path("targetPort"), at + ".targetPort", causes);
            String application = Trees.text(port, "appProtocol");
            if (!application.isEmpty()) {
                causes.invalid(at + ".appProtocol", application, Formats.qualifiedName(application));
            }
        }
    }

    private static void addresses(JsonNode spec, String list, Causes causes) {
        List<String> addresses = Trees.texts(spec, list);
        for (int i = 0; i < addresses.size(); i++) {
            boolean none =
                    list.equals("clusterIPs") && i == 0 && addresses.get(0).equals("None");
            if (!none) {
                causes.invalid(Trees.at("spec." + list, i), addresses.get(i), Formats.ip(addresses.get(i)));
            }
        }
    }

    private static void samePorts(List<ObjectNode> ports, String type, Causes causes) {
        Set<String> seen = new HashSet<>();
        Set<String> seenOnNodes = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectNode port = ports.get(i);
            String at = Trees.at("spec.ports", i);
            long nodePort = Trees.number(port, "nodePort");
            String protocol = Trees.text(port, "protocol");
            if (nodePort != 0) {
                if (type.equals("ClusterIP")) {
                    causes.forbidden(at + ".nodePort", "may not be used when `type` is 'ClusterIP'");
                }
                if (!seenOnNodes.add(protocol + "/" + nodePort)) {
                    causes.duplicate(at + ".nodePort", port.path("nodePort"), "");
                }
            }
            if (!seen.add(protocol + "/" + Trees.number(port, "port"))) {
                ObjectNode shown = Json.object();
                shown.put("protocol", protocol).set("port", port.path("port"));
                causes.duplicate(at, shown, "");
            }
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode service, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(service, current, causes);
        if (subresource.equals("status")) {
            return;
        }
        String before = Json.text(current, "spec", "clusterIP");
        String after = Json.text(service, "spec", "clusterIP");
        boolean external = Json.text(service, "spec", "type").equals("ExternalName")
                || Json.text(current, "spec", "type").equals("ExternalName");
        if (!external && !before.isEmpty() && !before.equals(after)) {
            causes.invalid("spec.clusterIPs[0]", service.path("spec").path("clusterIPs"), "may not change once set");
        }
        validateCreate(kind, service, causes);
    }
}
