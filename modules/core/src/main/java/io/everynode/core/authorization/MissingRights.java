package io.everynode.core.authorization;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which of some rules somebody does not hold (component-helpers/auth/rbac/validation/policy_comparator.go). */
final class MissingRights {

    /** More are refused unless held as they are: a small object can write down a thousand million of them. */
    static final int MOST_PARTS = 10_000;

    private MissingRights() {}

    /** The text that refuses to grant them; empty when everything is held. */
    static Optional<String> of(User user, AccessRules.Held held, List<PolicyRule> granted) {
        List<PolicyRule> missing = new ArrayList<>();
        long parts = 0;
        for (PolicyRule rule : granted) {
            if (isCovered(held.rules(), rule)) {
                continue;
            }
            parts += parts(rule);
            if (parts > MOST_PARTS) {
                return Optional.of("rules that are not held as they are may come to at most " + MOST_PARTS
                        + " combinations of verb, group, resource and name");
            }
            for (PolicyRule part : apart(rule)) {
                if (!isCovered(held.rules(), part)) {
                    missing.add(part);
                }
            }
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(text(user, held, missing));
    }

    private static String text(User user, AccessRules.Held held, List<PolicyRule> missing) {
        Set<String> shown = new TreeSet<>();
        together(missing).forEach(rule -> shown.add(rule.compact()));
        String text = "user " + GoText.quote(user.name()) + " (groups=" + GoText.quote(user.groups())
                + ") is attempting to grant RBAC permissions not currently held:\n" + String.join("\n", shown);
        return held.errors().isEmpty() ? text : text + "; resolution errors: [" + held.errors() + "]";
    }

    private static long parts(PolicyRule rule) {
        long names = Math.max(1, rule.names().size());
        return (long) rule.verbs().size()
                * Math.max(
                        (long) rule.groups().size() * rule.resources().size() * names,
                        rule.urls().size());
    }

    /** A rule as rules of one verb on one thing. */
    private static List<PolicyRule> apart(PolicyRule rule) {
        List<PolicyRule> parts = new ArrayList<>();
        for (String group : rule.groups()) {
            for (String resource : rule.resources()) {
                for (String verb : rule.verbs()) {
                    if (rule.names().isEmpty()) {
                        parts.add(part(verb, group, resource, List.of()));
                    }
                    rule.names().forEach(name -> parts.add(part(verb, group, resource, List.of(name))));
                }
            }
        }
        for (String url : rule.urls()) {
            rule.verbs().forEach(verb -> parts.add(Rules.of(verb).at(url)));
        }
        return parts;
    }

    private static PolicyRule part(String verb, String group, String resource, List<String> names) {
        return new PolicyRule(List.of(verb), List.of(group), List.of(resource), names, List.of());
    }

    /** The parts of one thing as one rule again, for a short text. */
    private static List<PolicyRule> together(List<PolicyRule> parts) {
        Map<PolicyRule, List<String>> verbs = new LinkedHashMap<>();
        List<PolicyRule> rules = new ArrayList<>();
        for (PolicyRule part : parts) {
            if (!part.urls().isEmpty()) {
                rules.add(part);
                continue;
            }
            PolicyRule thing = new PolicyRule(List.of(), part.groups(), part.resources(), part.names(), List.of());
            verbs.computeIfAbsent(thing, t -> new ArrayList<>()).addAll(part.verbs());
        }
        verbs.forEach((thing, all) ->
                rules.add(new PolicyRule(all, thing.groups(), thing.resources(), thing.names(), List.of())));
        return rules;
    }

    /** Whether rules give everything that one gives, in parts or as it is. */
    static boolean isHeld(List<PolicyRule> held, PolicyRule rule) {
        return isCovered(held, rule) || apart(rule).stream().allMatch(part -> isCovered(held, part));
    }

    private static boolean isCovered(List<PolicyRule> held, PolicyRule rule) {
        return held.stream().anyMatch(own -> covers(own, rule));
    }

    static boolean covers(PolicyRule own, PolicyRule rule) {
        return hasAll(own.verbs(), rule.verbs())
                && hasAll(own.groups(), rule.groups())
                && rule.resources().stream().allMatch(resource -> coversResource(own.resources(), resource))
                && rule.urls().stream()
                        .allMatch(url -> own.urls().stream().anyMatch(ownUrl -> PolicyRule.urlCovers(ownUrl, url)))
                && (own.names().isEmpty()
                        || !rule.names().isEmpty() && own.names().containsAll(rule.names()));
    }

    private static boolean hasAll(List<String> own, List<String> wanted) {
        return own.contains(PolicyRule.ALL) || own.containsAll(wanted);
    }

    private static boolean coversResource(List<String> own, String resource) {
        int slash = resource.indexOf('/');
        return own.contains(PolicyRule.ALL)
                || own.contains(resource)
                || slash >= 0 && own.contains("*" + resource.substring(slash));
    }
}
