package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings a default role or binding that somebody has changed to what it must have at least: what is missing is added,
 * what is there stays (component-helpers/auth/rbac/reconciliation). One that is annotated with "false" is left alone.
 */
public final class RoleReconciliation {

    static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private RoleReconciliation() {}

    /** The role as it is to be; empty when it is so. */
    public static Optional<ObjectNode> role(ObjectNode current, ObjectNode wanted) {
        if (isLeftAlone(current)) {
            return Optional.empty();
        }
        ObjectNode role = current.deepCopy();
        metadata(role, wanted);
        if (wanted.has("aggregationRule")) {
            ObjectNode aggregation = Json.child(role, "aggregationRule");
            addMissing(aggregation, "clusterRoleSelectors", wanted.path("aggregationRule"));
        } else {
            List<PolicyRule> own = PolicyRule.rules(current);
            for (PolicyRule rule : PolicyRule.rules(wanted)) {
                if (!MissingRights.isHeld(own, rule)) {
                    list(role, "rules").add(rule.toJson());
                }
            }
        }
        return changed(current, role);
    }

    /**
     * The binding as it is to be; empty when it is so. Of another role it cannot be changed: then it is returned with
     * the wanted one, and to be made anew.
     */
    public static Optional<ObjectNode> binding(ObjectNode current, ObjectNode wanted) {
        if (isLeftAlone(current)) {
            return Optional.empty();
        }
        ObjectNode binding = current.deepCopy();
        metadata(binding, wanted);
        binding.set("roleRef", wanted.path("roleRef").deepCopy());
        addMissing(binding, "subjects", wanted);
        return changed(current, binding);
    }

    private static boolean isLeftAlone(ObjectNode current) {
        return Json.text(current, "metadata", "annotations", AUTO_UPDATE).equals("false");
    }

    private static Optional<ObjectNode> changed(ObjectNode current, ObjectNode now) {
        return now.equals(current) ? Optional.empty() : Optional.of(now);
    }

    private static void metadata(ObjectNode object, ObjectNode wanted) {
        for (String field : List.of("labels", "annotations")) {
            ObjectNode own = Json.child(Json.child(object, "metadata"), field);
            wanted.path("metadata").path(field).properties().forEach(entry -> {
                if (!own.has(entry.getKey())) {
                    own.set(entry.getKey(), entry.getValue());
                }
            });
        }
    }

    private static void addMissing(ObjectNode object, String field, JsonNode wanted) {
        List<JsonNode> own = new ArrayList<>();
        object.path(field).forEach(own::add);
        for (JsonNode each : wanted.path(field)) {
            if (!own.contains(each)) {
                list(object, field).add(each.deepCopy());
            }
        }
    }

    private static ArrayNode list(ObjectNode object, String field) {
        return object.path(field) instanceof ArrayNode list ? list : object.putArray(field);
    }
}
