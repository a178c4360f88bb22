package io.everynode.core.authorization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of one role, found by resource, so that a request looks only at those that may be about it. Immutable. */
final class RuleSet {

    static final RuleSet NONE = new RuleSet(List.of());

    private final List<PolicyRule> rules;
    private final Map<String, List<PolicyRule>> byResource = new HashMap<>();
    private final List<PolicyRule> ofEverything = new ArrayList<>();
    private final List<PolicyRule> ofPaths = new ArrayList<>();

    RuleSet(List<PolicyRule> rules) {
        this.rules = List.copyOf(rules);
        for (PolicyRule rule : rules) {
            if (!rule.urls().isEmpty()) {
                ofPaths.add(rule);
            }
            if (rule.resources().contains(PolicyRule.ALL)) {
                ofEverything.add(rule);
            } else {
                rule.resources()
                        .forEach(resource -> byResource
                                .computeIfAbsent(resource, r -> new ArrayList<>())
                                .add(rule));
            }
        }
    }

    List<PolicyRule> rules() {
        return rules;
    }

    /**
     * @param whole {@link AccessRequest#wholeResource}
     * @param subresources "*&#47;" and the request's subresource, or "" when it has none
     */
    boolean allows(AccessRequest request, String whole, String subresources) {
        if (!request.isResource()) {
            return any(ofPaths, request);
        }
        return anyOfResource(byResource.getOrDefault(whole, List.of()), request)
                || anyOfResource(ofEverything, request)
                || !subresources.isEmpty() && anyOfResource(byResource.getOrDefault(subresources, List.of()), request);
    }

    private static boolean any(List<PolicyRule> rules, AccessRequest request) {
        for (PolicyRule rule : rules) {
            if (rule.allows(request)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyOfResource(List<PolicyRule> rules, AccessRequest request) {
        for (PolicyRule rule : rules) {
            if (rule.allowsOfResource(request)) {
                return true;
            }
        }
        return false;
    }
}
