package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Node affinity, Pod affinity and anti-affinity (core validation validateAffinity). */
final class AffinityValidation {

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private AffinityValidation() {}

    static void validate(JsonNode affinity, String field, Causes causes) {
        JsonNode node = affinity.path("nodeAffinity");
        if (node.has(REQUIRED)) {
            nodeSelector(node.path(REQUIRED), field + ".nodeAffinity." + REQUIRED, causes);
        }
        int i = 0;
        for (ObjectNode term : Trees.objects(node, PREFERRED)) {
            String at = Trees.at(field + ".nodeAffinity." + PREFERRED, i++);
            weight(term, at, causes);
            nodeTerm(term.path("preference"), at + ".preference", causes);
        }
        podAffinity(affinity.path("podAffinity"), field + ".podAffinity", causes);
        podAffinity(affinity.path("podAntiAffinity"), field + ".podAntiAffinity", causes);
    }

    /** ValidateNodeSelector. */
    static void nodeSelector(JsonNode selector, String field, Causes causes) {
        List<ObjectNode> terms = Trees.objects(selector, "nodeSelectorTerms");
        if (terms.isEmpty()) {
            causes.required(field + ".nodeSelectorTerms", "must have at least one node selector term");
        }
        for (int i = 0; i < terms.size(); i++) {
            nodeTerm(terms.get(i), Trees.at(field + ".nodeSelectorTerms", i), causes);
        }
    }

    private static void nodeTerm(JsonNode term, String field, Causes causes) {
        int i = 0;
        for (ObjectNode requirement : Trees.objects(term, "matchExpressions")) {
            nodeRequirement(requirement, Trees.at(field + ".matchExpressions", i++), causes);
        }
        i = 0;
        for (ObjectNode requirement : Trees.objects(term, "matchFields")) {
            fieldRequirement(requirement, Trees.at(field + ".matchFields", i++), causes);
        }
    }

    private static void nodeRequirement(JsonNode requirement, String field, Causes causes) {
        String operator = Trees.text(requirement, "operator");
        int values = requirement.path("values").size();
        switch (operator) {
            case "In", "NotIn" -> {
                if (values == 0) {
                    causes.required(field + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values > 0) {
                    causes.forbidden(
                            field + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (values != 1) {
                    causes.required(
                            field + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> causes.invalid(field + ".operator", operator, "not a valid selector operator");
        }
        LabelRules.labelName(Trees.text(requirement, "key"), field + ".key", causes);
    }

    /** Fields of a node that can be asked for: its name alone. */
    private static void fieldRequirement(JsonNode requirement, String field, Causes causes) {
        String operator = Trees.text(requirement, "operator");
        List<String> values = Trees.texts(requirement, "values");
        if (!operator.equals("In") && !operator.equals("NotIn")) {
            causes.invalid(field + ".operator", operator, "not a valid selector operator");
        } else if (values.size() != 1) {
            causes.required(
                    field + ".values",
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }
        String key = Trees.text(requirement, "key");
        if (!key.equals("metadata.name")) {
            causes.invalid(field + ".key", key, "not a valid field selector key");
            return;
        }
        for (int i = 0; i < values.size(); i++) {
            causes.invalid(Trees.at(field + ".values", i), values.get(i), Formats.dnsSubdomain(values.get(i)));
        }
    }

    private static void weight(JsonNode term, String field, Causes causes) {
        long weight = Trees.number(term, "weight");
        if (weight <= 0 || weight > 100) {
            causes.invalid(field + ".weight", weight, "must be in the range 1-100");
        }
    }

    private static void podAffinity(JsonNode affinity, String field, Causes causes) {
        int i = 0;
        for (ObjectNode term : Trees.objects(affinity, REQUIRED)) {
            podTerm(term, Trees.at(field + "." + REQUIRED, i++), causes);
        }
        i = 0;
        for (ObjectNode weighted : Trees.objects(affinity, PREFERRED)) {
            String at = Trees.at(field + "." + PREFERRED, i++);
            weight(weighted, at, causes);
            podTerm(weighted.path("podAffinityTerm"), at + ".podAffinityTerm", causes);
        }
    }

    private static void podTerm(JsonNode term, String field, Causes causes) {
        LabelRules.selector(term.path("labelSelector"), field + ".labelSelector", causes);
        LabelRules.selector(term.path("namespaceSelector"), field + ".namespaceSelector", causes);
        for (String namespace : Trees.texts(term, "namespaces")) {
            causes.invalid(field + ".namespace", namespace, Formats.dnsLabel(namespace));
        }
        labelKeys(term, field, causes);
        String topology = Trees.text(term, "topologyKey");
        if (topology.isEmpty()) {
            causes.required(field + ".topologyKey", "can not be empty");
        }
        LabelRules.labelName(topology, field + ".topologyKey", causes);
    }

    private static void labelKeys(JsonNode term, String field, Causes causes) {
        for (String list : List.of("matchLabelKeys", "mismatchLabelKeys")) {
            List<String> keys = Trees.texts(term, list);
            if (!keys.isEmpty() && !term.has("labelSelector")) {
                causes.forbidden(field + "." + list, "must not be specified when labelSelector is not set");
                continue;
            }
            for (int i = 0; i < keys.size(); i++) {
                LabelRules.labelName(keys.get(i), Trees.at(field + "." + list, i), causes);
            }
        }
        Set<String> mismatch = new HashSet<>(Trees.texts(term, "mismatchLabelKeys"));
        List<String> match = Trees.texts(term, "matchLabelKeys");
        for (int i = 0; i < match.size(); i++) {
            if (mismatch.contains(match.get(i))) {
                causes.invalid(
                        Trees.at(field + ".matchLabelKeys", i),
                        match.get(i),
                        "exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
    }
}
