package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.AccessRules;
import io.everynode.core.authorization.PolicyRule;
import io.everynode.core.authorization.User;
import io.everynode.core.authorization.Verdict;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.select.FieldSelector;
import java.util.ArrayList;
import java.util.List;

/** Answers questions about who may do what with the decisions that requests themselves meet. */
final class AccessDecisions {

    private static final List<PolicyRule> EVERYTHING = List.of(
            new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
            new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));

    private final AccessGate gate;

    AccessDecisions(AccessGate gate) {
        this.gate = gate;
    }

    /**
     * A SubjectAccessReviewStatus.
     *
     * @param user who wants to do it
     * @param spec holds resourceAttributes or nonResourceAttributes
     */
    ObjectNode decide(User user, JsonNode spec) {
        Verdict verdict = gate.decide(request(user, spec));
        ObjectNode status = Json.object().put("allowed", verdict.allowed());
        return verdict.reason().isEmpty() ? status : status.put("reason", verdict.reason());
    }

    private static AccessRequest request(User user, JsonNode spec) {
        JsonNode path = spec.path("nonResourceAttributes");
        if (path.isObject()) {
            String asked = Json.text(path, "path");
            return AccessRequest.ofPath(user, Json.text(path, "verb"), asked.isEmpty() ? "/" : asked);
        }
        JsonNode resource = spec.path("resourceAttributes");
        return AccessRequest.ofResource(
                        user,
                        Json.text(resource, "verb"),
                        Json.text(resource, "group"),
                        Json.text(resource, "resource"),
                        Json.text(resource, "subresource"),
                        Json.text(resource, "namespace"),
                        Json.text(resource, "name"))
                .onNode(node(resource.path("fieldSelector")));
    }

    /** The node that a field selector limits Pods to, or "". */
    private static String node(JsonNode selector) {
        for (JsonNode requirement : selector.path("requirements")) {
            if (Json.text(requirement, "key").equals("spec.nodeName")
                    && Json.text(requirement, "operator").equals("In")
                    && requirement.path("values").size() == 1) {
                return requirement.path("values").get(0).asText();
            }
        }
        String raw = Json.text(selector, "rawSelector");
        String node = !raw.isEmpty() && FieldSelector.parse(Kinds.POD, raw) instanceof Outcome.Done<FieldSelector> done
                ? done.value().required("spec.nodeName")
                : null;
        return node == null ? "" : node;
    }

    /** A SubjectRulesReviewStatus. */
    ObjectNode rules(User user, String namespace) {
        List<PolicyRule> rules = EVERYTHING;
        List<String> errors = new ArrayList<>();
        if (gate.isOn()) {
            AccessRules.Held held = gate.authorizer().rules().held(user, namespace);
            rules = held.rules();
            if (user.isNode()) {
                errors.add("node authorizer does not support user rule resolution");
            }
            if (!held.errors().isEmpty()) {
                errors.add(held.errors());
            }
        }
        ObjectNode status = Json.object();
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode others = status.putArray("nonResourceRules");
        for (PolicyRule rule : rules) {
            (rule.urls().isEmpty() ? resources : others).add(rule.toJson());
        }
        status.put("incomplete", !errors.isEmpty());
        return errors.isEmpty() ? status : status.put("evaluationError", String.join(", ", errors));
    }
}
