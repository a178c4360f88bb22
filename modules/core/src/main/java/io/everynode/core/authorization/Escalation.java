package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Optional;

/**
 * Nobody makes themselves or others more than they are: who writes a role must hold what it grants, or the verb
 * escalate on it; who writes a binding must hold what its role grants, or the verb bind on that
 * (pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go).
 */
public final class Escalation {

    private static final String GROUP = "rbac.authorization.k8s.io";

    private static final List<PolicyRule> EVERYTHING =
            List.of(Rules.of("*").in("*").on("*"), Rules.of("*").at("*"));

    private Escalation() {}

    /**
     * @param kind one of {@link AccessRules#KINDS}
     * @param before null for a new object
     * @param after as the write would leave it
     * @return why it is refused; empty when it is not
     */
    public static Optional<ApiStatus> refusal(
            Authorizer authorizer,
            User user,
            Kind kind,
            String namespace,
            String name,
            ObjectNode before,
            ObjectNode after) {
        if (user.isIn(User.MASTERS) || before != null && isSameButForCollection(before, after)) {
            return Optional.empty();
        }
        boolean role = kind.equals(Kinds.ROLE) || kind.equals(Kinds.CLUSTER_ROLE);
        return role
                ? ofRole(authorizer, user, kind, namespace, name, before, after)
                : ofBinding(authorizer, user, kind, namespace, name, after);
    }

    /** The garbage collector may go on with what it does, whatever the object grants. */
    private static boolean isSameButForCollection(ObjectNode before, ObjectNode after) {
        return bare(before).equals(bare(after));
    }

    private static ObjectNode bare(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        Json.child(copy, "metadata")
                .remove(List.of("ownerReferences", "finalizers", "managedFields", "resourceVersion"));
        return copy;
    }

    private static Optional<ApiStatus> ofRole(
            Authorizer authorizer,
            User user,
            Kind kind,
            String namespace,
            String name,
            ObjectNode before,
            ObjectNode after) {
        AccessRequest escalate = AccessRequest.ofResource(user, "escalate", GROUP, kind.plural(), "", namespace, name);
        if (authorizer.decide(escalate).allowed()) {
            return Optional.empty();
        }
        AccessRules.Held held = authorizer.rules().held(user, namespace);
        Optional<String> missing = MissingRights.of(user, held, PolicyRule.rules(after));
        if (missing.isEmpty() && (aggregates(after) || before != null && aggregates(before))) {
            missing = MissingRights.of(user, held, EVERYTHING)
                    .map(why -> "must have cluster-admin privileges to use an aggregationRule");
        }
        return missing.map(why -> Forbidden.of(GROUP, kind.plural(), name, why));
    }

    private static boolean aggregates(ObjectNode role) {
        return role.path("aggregationRule").isObject();
    }

    private static Optional<ApiStatus> ofBinding(
            Authorizer authorizer, User user, Kind kind, String namespace, String name, ObjectNode binding) {
        RoleKey role = Binding.role(namespace, binding.path("roleRef"));
        String resource = (role.isCluster() ? Kinds.CLUSTER_ROLE : Kinds.ROLE).plural();
        AccessRequest bind = AccessRequest.ofResource(user, "bind", GROUP, resource, "", namespace, role.name());
        if (authorizer.decide(bind).allowed()) {
            return Optional.empty();
        }
        Optional<List<PolicyRule>> granted = authorizer.rules().referenced(namespace, binding.path("roleRef"));
        if (granted.isEmpty()) {
            return Optional.of(new ApiStatus(
                    404,
                    "NotFound",
                    role.notFound(),
                    new ApiStatus.Details(
                            role.name(), GROUP, role.kind().toLowerCase(java.util.Locale.ROOT), "", List.of(), 0)));
        }
        return MissingRights.of(user, authorizer.rules().held(user, namespace), granted.get())
                .map(why -> Forbidden.of(GROUP, kind.plural(), name, why));
    }
}
