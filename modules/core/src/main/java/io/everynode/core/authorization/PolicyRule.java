package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * One rule of a role: verbs on resources, or on paths. Matches as pkg/apis/rbac/v1/evaluation_helpers.go does.
 * Immutable.
 *
 * @param groups API groups; "*" is all
 * @param resources "pods", "pods/status", "*", and "*&#47;status" for that subresource of everything
 * @param names of objects; none for all
 * @param urls paths outside the resources; a "*" at the end stands for anything
 */
public record PolicyRule(
        List<String> verbs, List<String> groups, List<String> resources, List<String> names, List<String> urls) {

    static final String ALL = "*";

    public PolicyRule {
        verbs = List.copyOf(verbs);
        groups = List.copyOf(groups);
        resources = List.copyOf(resources);
        names = List.copyOf(names);
        urls = List.copyOf(urls);
    }

    /** @param rule of an object that was validated */
    public static PolicyRule of(JsonNode rule) {
        return new PolicyRule(
                texts(rule.path("verbs")),
                texts(rule.path("apiGroups")),
                texts(rule.path("resources")),
                texts(rule.path("resourceNames")),
                texts(rule.path("nonResourceURLs")));
    }

    /** The rules of a role's tree. */
    public static List<PolicyRule> rules(JsonNode role) {
        List<PolicyRule> rules = new ArrayList<>();
        role.path("rules").forEach(rule -> rules.add(of(rule)));
        return rules;
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>(list.size());
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** As in a role; lists without a value are left out. */
    public ObjectNode toJson() {
        ObjectNode rule = Json.object();
        put(rule, "verbs", verbs);
        put(rule, "apiGroups", groups);
        put(rule, "resources", resources);
        put(rule, "resourceNames", names);
        put(rule, "nonResourceURLs", urls);
        return rule;
    }

    private static void put(ObjectNode rule, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode list = rule.putArray(field);
            texts.forEach(list::add);
        }
    }

    public boolean allows(AccessRequest request) {
        return request.isResource()
                ? allowsResource(request, request.wholeResource())
                : hasVerb(request.verb()) && hasUrl(request.path());
    }

    private boolean allowsResource(AccessRequest request, String whole) {
        return hasVerb(request.verb())
                && hasGroup(request.group())
                && hasResource(whole, request.subresource())
                && hasName(request.name());
    }

    /** What is left to see once the resource is known to match. */
    boolean allowsOfResource(AccessRequest request) {
        return hasVerb(request.verb()) && hasGroup(request.group()) && hasName(request.name());
    }

    private boolean hasVerb(String verb) {
        return verbs.contains(verb) || verbs.contains(ALL);
    }

    private boolean hasGroup(String group) {
        return groups.contains(group) || groups.contains(ALL);
    }

    private boolean hasResource(String whole, String subresource) {
        return resources.contains(whole)
                || resources.contains(ALL)
                || !subresource.isEmpty() && resources.contains("*/" + subresource);
    }

    /** A request without a name (list, create) is of no object that a rule could name. */
    private boolean hasName(String name) {
        return names.isEmpty() || names.contains(name);
    }

    private boolean hasUrl(String path) {
        for (String url : urls) {
            if (urlCovers(url, path)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a path of a rule stands for another, which may be one of a rule itself. */
    static boolean urlCovers(String url, String path) {
        return url.equals(path) || url.endsWith(ALL) && path.startsWith(withoutStars(url));
    }

    private static String withoutStars(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '*') {
            end--;
        }
        return url.substring(0, end);
    }

    /** {@code {APIGroups:[""], Resources:["pods"], Verbs:["get"]}}: how messages show a rule. */
    String compact() {
        List<String> parts = new ArrayList<>();
        show(parts, "APIGroups", groups);
        show(parts, "Resources", resources);
        show(parts, "NonResourceURLs", urls);
        show(parts, "ResourceNames", names);
        show(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void show(List<String> parts, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            parts.add(field + ":" + GoText.quote(texts));
        }
    }
}
