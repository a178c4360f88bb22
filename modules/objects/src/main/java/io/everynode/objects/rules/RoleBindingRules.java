package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;

/** RoleBindings and ClusterRoleBindings (pkg/apis/rbac/validation/validation.go, pkg/apis/rbac/v1/defaults.go). */
final class RoleBindingRules implements KindRules {

    private static final String GROUP = "rbac.authorization.k8s.io";

    @Override
    public void applyDefaults(ObjectNode binding) {
        Trees.textDefault(Json.child(binding, "roleRef"), "apiGroup", GROUP);
        for (ObjectNode subject : Trees.objects(binding, "subjects")) {
            String kind = Trees.text(subject, "kind");
            if (kind.equals("User") || kind.equals("Group")) {
                Trees.textDefault(subject, "apiGroup", GROUP);
            }
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode binding, Causes causes) {
        ObjectMetaRules.validate(binding, kind.namespaced(), NameRule.PATH_SEGMENT, causes);
        JsonNode role = binding.path("roleRef");
        if (!Trees.text(role, "apiGroup").equals(GROUP)) {
            causes.notSupported("roleRef.apiGroup", Trees.text(role, "apiGroup"), List.of(GROUP));
        }
        List<String> kinds = kind.namespaced() ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        if (!kinds.contains(Trees.text(role, "kind"))) {
            causes.notSupported("roleRef.kind", Trees.text(role, "kind"), kinds);
        }
        String name = Trees.text(role, "name");
        if (name.isEmpty()) {
            causes.required("roleRef.name");
        } else {
            causes.invalid("roleRef.name", name, Formats.pathSegment(name));
        }
        int i = 0;
        for (ObjectNode subject : Trees.objects(binding, "subjects")) {
            subject(subject, kind.namespaced(), Trees.at("subjects", i++), causes);
        }
    }

    private static void subject(ObjectNode subject, boolean namespaced, String field, Causes causes) {
        String name = Trees.text(subject, "name");
        String group = Trees.text(subject, "apiGroup");
        String kind = Trees.text(subject, "kind");
        if (name.isEmpty()) {
            causes.required(field + ".name");
        }
        switch (kind) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    causes.invalid(field + ".name", name, Formats.dnsSubdomain(name));
                }
                if (!group.isEmpty()) {
                    causes.notSupported(field + ".apiGroup", group, List.of(""));
                }
                if (!namespaced && Trees.text(subject, "namespace").isEmpty()) {
                    causes.required(field + ".namespace");
                }
            }
            case "User", "Group" -> {
                if (name.isEmpty()) {
                    causes.invalid(
                            field + ".name",
                            name,
                            kind.equals("User") ? "user name cannot be empty" : "group name cannot be empty");
                }
                if (!group.equals(GROUP)) {
                    causes.notSupported(field + ".apiGroup", group, List.of(GROUP));
                }
            }
            default -> causes.notSupported(field + ".kind", kind, List.of("ServiceAccount", "User", "Group"));
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode binding, ObjectNode current, Causes causes) {
        validateCreate(kind, binding, causes);
        ObjectMetaRules.validateUpdate(binding, current, causes);
        if (!binding.path("roleRef").equals(current.path("roleRef"))) {
            causes.invalid("roleRef", binding.path("roleRef"), "cannot change roleRef");
        }
    }
}
