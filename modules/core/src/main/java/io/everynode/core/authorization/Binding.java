package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Grants a role: in a namespace, or in the whole cluster.
 *
 * @param namespace "" for a ClusterRoleBinding
 */
record Binding(String namespace, String name, RoleKey role, List<SubjectKey> subjects) {

    static Binding of(String namespace, String name, JsonNode binding) {
        List<SubjectKey> subjects = new ArrayList<>();
        binding.path("subjects")
                .forEach(subject -> SubjectKey.of(subject, namespace).ifPresent(subjects::add));
        return new Binding(
                namespace,
                name,
                role(namespace, binding.path("roleRef")),
                subjects.stream().distinct().toList());
    }

    /** @param namespace of the binding */
    static RoleKey role(String namespace, JsonNode roleRef) {
        String name = Json.text(roleRef, "name");
        return Json.text(roleRef, "kind").equals("Role") ? new RoleKey(namespace, name) : new RoleKey("", name);
    }

    String kind() {
        return namespace.isEmpty() ? "ClusterRoleBinding" : "RoleBinding";
    }
}
