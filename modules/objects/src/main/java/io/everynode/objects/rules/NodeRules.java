package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Nodes (pkg/registry/core/node/strategy.go, core validation ValidateNode*). A new Node keeps the status that a kubelet
 * registers with, and gets the taint {@code node.kubernetes.io/not-ready:NoSchedule} (admission plugin
 * TaintNodesByCondition), which whoever watches readiness takes off.
 */
final class NodeRules implements KindRules {

    static final String NOT_READY = "node.kubernetes.io/not-ready";

    private static final String CIDR_CHANGE = "node updates may not change podCIDR except from \"\" to valid";

    @Override
    public void applyDefaults(ObjectNode node) {
        if (node.get("status") instanceof ObjectNode status) {
            Amounts.normalize(status, "capacity");
            Amounts.normalize(status, "allocatable");
            if (!status.has("allocatable") && status.has("capacity")) {
                status.set("allocatable", status.get("capacity").deepCopy());
            }
        }
        if (node.get("spec") instanceof ObjectNode spec) {
            // podCIDR and podCIDRs say the same; whichever was given fills the other.
            String first = Trees.text(spec, "podCIDR");
            if (!first.isEmpty() && spec.path("podCIDRs").isEmpty()) {
                spec.putArray("podCIDRs").add(first);
            } else if (first.isEmpty() && !spec.path("podCIDRs").isEmpty()) {
                spec.set("podCIDR", spec.path("podCIDRs").get(0));
            }
            if (spec.path("unschedulable").isBoolean() && !Trees.isTrue(spec, "unschedulable")) {
                spec.remove("unschedulable");
            }
            if (spec.path("taints").isArray() && spec.path("taints").isEmpty()) {
                spec.remove("taints");
            }
        }
    }

    @Override
    public void prepareCreate(ObjectNode node) {
        ObjectNode spec = Json.child(node, "spec");
        boolean tainted = Trees.objects(spec, "taints").stream()
                .anyMatch(taint -> Trees.text(taint, "key").equals(NOT_READY)
                        && Trees.text(taint, "effect").equals("NoSchedule"));
        if (!tainted) {
            Trees.array(spec, "taints").addObject().put("key", NOT_READY).put("effect", "NoSchedule");
        }
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode node, ObjectNode current) {
        Trees.copy(node, subresource.equals("status") ? "spec" : "status", current);
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode node, Causes causes) {
        ObjectMetaRules.validate(node, false, NameRule.SUBDOMAIN, causes);
        TaintRules.taints(node.path("spec"), "metadata.taints", causes);
        resources(node, causes);
        podCidrs(node.path("spec"), causes);
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode node, ObjectNode current, Causes causes) {
        if (subresource.isEmpty()) {
            validateCreate(kind, node, causes);
        }
        ObjectMetaRules.validateUpdate(node, current, causes);
        resources(node, causes);
        Set<JsonNode> addresses = new HashSet<>();
        int i = 0;
        for (JsonNode address : node.path("status").path("addresses")) {
            if (!addresses.add(address)) {
                causes.duplicate(Trees.at("status.addresses", i), address, "");
            }
            i++;
        }
        JsonNode before = current.path("spec");
        JsonNode after = node.path("spec");
        if (!before.path("podCIDRs").isEmpty() && !before.path("podCIDRs").equals(after.path("podCIDRs"))) {
            causes.forbidden("spec.podCIDRs", CIDR_CHANGE);
        }
        String provider = Trees.text(before, "providerID");
        if (!provider.isEmpty() && !provider.equals(Trees.text(after, "providerID"))) {
            causes.forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
        }
        TaintRules.taints(after, "metadata.taints", causes);
        if (!Trees.text(before, "externalID").equals(Trees.text(after, "externalID"))) {
            causes.forbidden("spec.externalID", "may not be updated");
        }
    }

    private static void resources(ObjectNode node, Causes causes) {
        for (String list : List.of("capacity", "allocatable")) {
            for (Map.Entry<String, JsonNode> resource : Trees.entries(node.path("status"), list)) {
                String field = "status." + list + "." + resource.getKey();
                Amounts.validate(resource.getKey(), resource.getValue(), field, causes);
            }
        }
    }

    private static void podCidrs(JsonNode spec, Causes causes) {
        List<String> cidrs = Trees.texts(spec, "podCIDRs");
        for (int i = 0; i < cidrs.size(); i++) {
            causes.invalid(Trees.at("spec.podCIDRs", i), cidrs.get(i), Formats.cidr(cidrs.get(i)));
        }
        if (cidrs.size() > 1) {
            long families = cidrs.stream().map(Formats::isIpv6).distinct().count();
            if (families != 2 || cidrs.size() > 2) {
                causes.invalid(
                        "spec.podCIDRs", spec.path("podCIDRs"), "may specify no more than one CIDR for each IP family");
            }
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < cidrs.size(); i++) {
                if (!seen.add(cidrs.get(i))) {
                    causes.duplicate(Trees.at("spec.podCIDRs", i), cidrs.get(i));
                }
            }
        }
    }
}
