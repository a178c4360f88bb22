package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Topology spread constraints (core validation validateTopologySpreadConstraints). */
final class SpreadValidation {

    private static final List<String> ACTIONS = List.of("DoNotSchedule", "ScheduleAnyway");
    private static final List<String> POLICIES = List.of("Honor", "Ignore");
    private static final String POSITIVE = "must be greater than zero";

    private SpreadValidation() {}

    static void validate(JsonNode spec, String field, Causes causes) {
        List<ObjectNode> constraints = Trees.objects(spec, "topologySpreadConstraints");
        Map<List<String>, Integer> left = new HashMap<>();
        constraints.forEach(c ->
                left.merge(List.of(Trees.text(c, "topologyKey"), Trees.text(c, "whenUnsatisfiable")), 1, Integer::sum));
        for (int i = 0; i < constraints.size(); i++) {
            ObjectNode constraint = constraints.get(i);
            String at = Trees.at(field, i);
            if (Trees.number(constraint, "maxSkew") <= 0) {
                causes.invalid(at + ".maxSkew", Trees.number(constraint, "maxSkew"), POSITIVE);
            }
            String key = Trees.text(constraint, "topologyKey");
            if (key.isEmpty()) {
                causes.required(at + ".topologyKey", "can not be empty");
            }
            String action = Trees.text(constraint, "whenUnsatisfiable");
            if (!ACTIONS.contains(action)) {
                causes.notSupported(at + ".whenUnsatisfiable", action, ACTIONS);
            }
            // Upstream names the earlier ones of those that are the same.
            boolean repeated = left.merge(List.of(key, action), -1, Integer::sum) > 0;
            if (repeated) {
                causes.duplicate(at + ".{topologyKey, whenUnsatisfiable}", "{" + key + ", " + action + "}");
            }
            minDomains(constraint, action, at + ".minDomains", causes);
            for (String policy : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
                if (constraint.has(policy) && !POLICIES.contains(Trees.text(constraint, policy))) {
                    causes.notSupported(at + "." + policy, Trees.text(constraint, policy), POLICIES);
                }
            }
            labelKeys(constraint, at + ".matchLabelKeys", causes);
            LabelRules.selector(constraint.path("labelSelector"), at + ".labelSelector", causes);
        }
    }

    private static void minDomains(ObjectNode constraint, String action, String field, Causes causes) {
        if (!constraint.has("minDomains")) {
            return;
        }
        long domains = Trees.number(constraint, "minDomains");
        if (domains <= 0) {
            causes.invalid(field, domains, POSITIVE);
        }
        if (!action.equals("DoNotSchedule")) {
            causes.invalid(field, domains, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
        }
    }

    private static void labelKeys(ObjectNode constraint, String field, Causes causes) {
        List<String> keys = Trees.texts(constraint, "matchLabelKeys");
        if (keys.isEmpty()) {
            return;
        }
        Set<String> selected = new HashSet<>();
        JsonNode selector = constraint.path("labelSelector");
        if (selector.isMissingNode()) {
            causes.forbidden(field, "must not be specified when labelSelector is not set");
        }
        selector.path("matchLabels").fieldNames().forEachRemaining(selected::add);
        Trees.objects(selector, "matchExpressions").forEach(e -> selected.add(Trees.text(e, "key")));
        for (int i = 0; i < keys.size(); i++) {
            LabelRules.labelName(keys.get(i), Trees.at(field, i), causes);
            if (selected.contains(keys.get(i))) {
                causes.invalid(Trees.at(field, i), keys.get(i), "exists in both matchLabelKeys and labelSelector");
            }
        }
    }
}
