package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.select.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * All ClusterRoles with the rules that they come to: an aggregated one has those of all that its selectors choose, also
 * through others that are aggregated, and none of its own (pkg/controller/clusterroleaggregation, whose repeated
 * copying ends with the same). Immutable; a change recomputes only the aggregated roles that it can matter to.
 */
final class ClusterRoles {

    static final ClusterRoles NONE = new ClusterRoles(TreePMap.empty(), HashTreePMap.empty(), TreePMap.empty());

    /** @param selectors null for a role that is not aggregated */
    private record Role(Map<String, String> labels, List<PolicyRule> rules, List<LabelSelector> selectors) {

        boolean chooses(Role other) {
            return selectors.stream().anyMatch(selector -> selector.test(other.labels));
        }
    }

    private final TreePMap<String, Role> roles;
    private final PMap<String, RuleSet> rules;
    private final TreePMap<String, Role> aggregated;

    private ClusterRoles(TreePMap<String, Role> roles, PMap<String, RuleSet> rules, TreePMap<String, Role> aggregated) {
        this.roles = roles;
        this.rules = rules;
        this.aggregated = aggregated;
    }

    /** Null when there is no such role. */
    RuleSet get(String name) {
        return rules.get(name);
    }

    ClusterRoles with(String name, JsonNode object) {
        Map<String, String> labels = new HashMap<>();
        object.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<LabelSelector> selectors = null;
        if (object.path("aggregationRule").isObject()) {
            selectors = new ArrayList<>();
            for (JsonNode selector : object.path("aggregationRule").path("clusterRoleSelectors")) {
                selectors.add(LabelSelector.of(selector));
            }
        }
        Role role = new Role(Map.copyOf(labels), PolicyRule.rules(object), selectors);
        return changed(name, role);
    }

    ClusterRoles without(String name) {
        return roles.containsKey(name) ? changed(name, null) : this;
    }

    private ClusterRoles changed(String name, Role role) {
        Role before = roles.get(name);
        TreePMap<String, Role> all = role == null ? roles.minus(name) : roles.plus(name, role);
        boolean aggregates = role != null && role.selectors() != null;
        TreePMap<String, Role> summed = aggregates ? aggregated.plus(name, role) : aggregated.minus(name);
        PMap<String, RuleSet> now = rules.minus(name);
        if (role != null && !aggregates) {
            now = now.plus(name, new RuleSet(role.rules()));
        }
        Set<String> concerned = concerned(summed, name, before, role);
        if (aggregates) {
            concerned.add(name);
        }
        for (String each : concerned) {
            now = now.plus(each, new RuleSet(sum(all, each)));
        }
        return new ClusterRoles(all, now, summed);
    }

    /** The aggregated roles that choose the changed one, before or after, and those that choose these, and so on. */
    private static Set<String> concerned(Map<String, Role> summed, String name, Role before, Role after) {
        Set<String> found = new TreeSet<>();
        List<Role> changed = new ArrayList<>();
        if (before != null) {
            changed.add(before);
        }
        if (after != null) {
            changed.add(after);
        }
        while (!changed.isEmpty()) {
            Role role = changed.remove(changed.size() - 1);
            summed.forEach((each, aggregate) -> {
                if (!each.equals(name) && aggregate.chooses(role) && found.add(each)) {
                    changed.add(aggregate);
                }
            });
        }
        return found;
    }

    /** The rules of all roles that are not aggregated and can be reached, by name, each rule once. */
    private static List<PolicyRule> sum(Map<String, Role> all, String name) {
        Set<String> seen = new TreeSet<>(Set.of(name));
        List<String> open = new ArrayList<>(List.of(name));
        Set<String> leaves = new TreeSet<>();
        while (!open.isEmpty()) {
            Role aggregate = all.get(open.remove(open.size() - 1));
            all.forEach((each, role) -> {
                if (aggregate.chooses(role) && seen.add(each)) {
                    if (role.selectors() == null) {
                        leaves.add(each);
                    } else {
                        open.add(each);
                    }
                }
            });
        }
        Set<PolicyRule> rules = new LinkedHashSet<>();
        leaves.forEach(leaf -> rules.addAll(all.get(leaf).rules()));
        return List.copyOf(rules);
    }

    /** The names of those that are aggregated, in order. */
    Set<String> aggregated() {
        return aggregated.keySet();
    }
}
