package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import java.util.List;

/** Roles and ClusterRoles (pkg/apis/rbac/validation/validation.go). */
final class RoleRules implements KindRules {

    @Override
    public void validateCreate(Kind kind, ObjectNode role, Causes causes) {
        ObjectMetaRules.validate(role, kind.namespaced(), NameRule.PATH_SEGMENT, causes);
        int i = 0;
        for (ObjectNode rule : Trees.objects(role, "rules")) {
            rule(rule, kind.namespaced(), Trees.at("rules", i++), causes);
        }
        if (role.has("aggregationRule")
                && role.path("aggregationRule").path("clusterRoleSelectors").isEmpty()) {
            causes.required(
                    "aggregationRule.clusterRoleSelectors",
                    "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }
        int j = 0;
        for (ObjectNode selector : Trees.objects(role.path("aggregationRule"), "clusterRoleSelectors")) {
            String field = Trees.at("aggregationRule.clusterRoleSelectors", j++);
            int before = causes.size();
            LabelRules.selector(selector, field, causes);
            if (causes.size() > before) {
                causes.invalid(field, NullNode.getInstance(), "invalid label selector.");
            }
        }
    }

    private static void rule(ObjectNode rule, boolean namespaced, String field, Causes causes) {
        if (rule.path("verbs").isEmpty()) {
            causes.required(field + ".verbs", "verbs must contain at least one value");
        }
        List<String> resources = Trees.texts(rule, "resources");
        boolean groups = !rule.path("apiGroups").isEmpty();
        boolean names = !rule.path("resourceNames").isEmpty();
        if (!rule.path("nonResourceURLs").isEmpty()) {
            String urls = field + ".nonResourceURLs";
            if (namespaced) {
                causes.invalid(
                        urls, rule.path("nonResourceURLs"), "namespaced rules cannot apply to non-resource URLs");
            }
            if (groups || !resources.isEmpty() || names) {
                causes.invalid(
                        urls,
                        rule.path("nonResourceURLs"),
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (!groups) {
            causes.required(field + ".apiGroups", "resource rules must supply at least one api group");
        }
        if (resources.isEmpty()) {
            causes.required(field + ".resources", "resource rules must supply at least one resource");
        }
    }
}
