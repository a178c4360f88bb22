package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * All roles and bindings, kept change by change and found by who asks, so that no request looks at bindings of others.
 * Decides as plugin/pkg/auth/authorizer/rbac/rbac.go does; bindings of the cluster are looked at first, then those of
 * the namespace, each in order of their roles. Immutable; versions share what did not change.
 */
public final class AccessRules {

    public static final AccessRules NONE =
            new AccessRules(ClusterRoles.NONE, HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    /** The kinds that are in here. */
    public static final Set<Kind> KINDS =
            Set.of(Kinds.CLUSTER_ROLE, Kinds.ROLE, Kinds.CLUSTER_ROLE_BINDING, Kinds.ROLE_BINDING);

    private record BindingKey(String namespace, String name) {}

    private final ClusterRoles clusterRoles;
    private final PMap<RoleKey, RuleSet> roles;
    private final PMap<BindingKey, Binding> bindings;
    private final PMap<SubjectKey, Grants> grants;

    private AccessRules(
            ClusterRoles clusterRoles,
            PMap<RoleKey, RuleSet> roles,
            PMap<BindingKey, Binding> bindings,
            PMap<SubjectKey, Grants> grants) {
        this.clusterRoles = clusterRoles;
        this.roles = roles;
        this.bindings = bindings;
        this.grants = grants;
    }

    /** After an object of {@link #KINDS} was made or changed. Other kinds change nothing. */
    public AccessRules with(Kind kind, String namespace, String name, JsonNode object) {
        if (kind.equals(Kinds.CLUSTER_ROLE)) {
            return new AccessRules(clusterRoles.with(name, object), roles, bindings, grants);
        }
        if (kind.equals(Kinds.ROLE)) {
            RuleSet rules = new RuleSet(PolicyRule.rules(object));
            return new AccessRules(clusterRoles, roles.plus(new RoleKey(namespace, name), rules), bindings, grants);
        }
        return isBinding(kind) ? unbound(namespace, name).bound(Binding.of(namespace, name, object)) : this;
    }

    /** After an object of {@link #KINDS} has gone; one that is not in here changes nothing. */
    public AccessRules without(Kind kind, String namespace, String name) {
        if (kind.equals(Kinds.CLUSTER_ROLE)) {
            return new AccessRules(clusterRoles.without(name), roles, bindings, grants);
        }
        if (kind.equals(Kinds.ROLE)) {
            return new AccessRules(clusterRoles, roles.minus(new RoleKey(namespace, name)), bindings, grants);
        }
        return isBinding(kind) ? unbound(namespace, name) : this;
    }

    private static boolean isBinding(Kind kind) {
        return kind.equals(Kinds.CLUSTER_ROLE_BINDING) || kind.equals(Kinds.ROLE_BINDING);
    }

    private AccessRules bound(Binding binding) {
        PMap<SubjectKey, Grants> now = grants;
        for (SubjectKey subject : binding.subjects()) {
            now = now.plus(subject, now.getOrDefault(subject, Grants.NONE).with(binding));
        }
        BindingKey key = new BindingKey(binding.namespace(), binding.name());
        return new AccessRules(clusterRoles, roles, bindings.plus(key, binding), now);
    }

    private AccessRules unbound(String namespace, String name) {
        BindingKey key = new BindingKey(namespace, name);
        Binding binding = bindings.get(key);
        if (binding == null) {
            return this;
        }
        PMap<SubjectKey, Grants> now = grants;
        for (SubjectKey subject : binding.subjects()) {
            Grants rest = now.get(subject).without(binding);
            now = rest.isEmpty() ? now.minus(subject) : now.plus(subject, rest);
        }
        return new AccessRules(clusterRoles, roles, bindings.minus(key), now);
    }

    /** Whether roles and bindings allow it. A role that a binding names and that is missing is told in a refusal. */
    public Verdict decide(AccessRequest request) {
        String whole = request.wholeResource();
        String subresources = request.subresource().isEmpty() ? "" : "*/" + request.subresource();
        Set<String> missing = new LinkedHashSet<>();
        for (String scope : scopes(request.namespace())) {
            String[] reason = new String[1];
            boolean allowed = any(request.user(), scope, (subject, granted) -> {
                RuleSet rules = rules(granted.role());
                if (rules == null) {
                    missing.add(granted.role().notFound());
                    return false;
                }
                if (!rules.allows(request, whole, subresources)) {
                    return false;
                }
                reason[0] = reason(subject, scope, granted);
                return true;
            });
            if (allowed) {
                return Verdict.yes(reason[0]);
            }
        }
        return missing.isEmpty() ? Verdict.NO : Verdict.no("RBAC: " + aggregate(missing));
    }

    /** One error as it is, several as a list. */
    static String aggregate(Set<String> errors) {
        String all = String.join(", ", errors);
        return errors.size() == 1 ? all : "[" + all + "]";
    }

    private static List<String> scopes(String namespace) {
        return namespace.isEmpty() ? List.of("") : List.of("", namespace);
    }

    /** @param binding the first that grants it */
    private record Granted(RoleKey role, String binding) {}

    private boolean any(User user, String scope, BiPredicate<SubjectKey, Granted> enough) {
        if (any(new SubjectKey(false, user.name()), scope, enough)) {
            return true;
        }
        for (String group : user.groups()) {
            if (any(new SubjectKey(true, group), scope, enough)) {
                return true;
            }
        }
        return false;
    }

    private boolean any(SubjectKey subject, String scope, BiPredicate<SubjectKey, Granted> enough) {
        Grants granted = grants.get(subject);
        return granted != null
                && granted.any(scope, (role, binding) -> enough.test(subject, new Granted(role, binding)));
    }

    private static String reason(SubjectKey subject, String scope, Granted granted) {
        String binding = scope.isEmpty()
                ? "ClusterRoleBinding " + GoText.quote(granted.binding())
                : "RoleBinding " + GoText.quote(granted.binding() + "/" + scope);
        return "RBAC: allowed by " + binding + " of " + granted.role().kind() + " "
                + GoText.quote(granted.role().name()) + " to " + subject.shown();
    }

    private RuleSet rules(RoleKey role) {
        return role.isCluster() ? clusterRoles.get(role.name()) : roles.get(role);
    }

    /**
     * The rules that somebody has in a namespace, those of the whole cluster among them.
     *
     * @param errors "" or what could not be resolved
     */
    public record Held(List<PolicyRule> rules, String errors) {}

    /** @param namespace "" for what is not in one */
    public Held held(User user, String namespace) {
        List<PolicyRule> held = new ArrayList<>();
        Set<String> missing = new LinkedHashSet<>();
        for (String scope : scopes(namespace)) {
            any(user, scope, (subject, granted) -> {
                RuleSet rules = rules(granted.role());
                if (rules == null) {
                    missing.add(granted.role().notFound());
                } else {
                    held.addAll(rules.rules());
                }
                return false;
            });
        }
        return new Held(held.stream().distinct().toList(), missing.isEmpty() ? "" : aggregate(missing));
    }

    /** The rules of the role that a binding in a namespace ("" for none) names; empty when there is no such role. */
    public Optional<List<PolicyRule>> referenced(String namespace, JsonNode roleRef) {
        return Optional.ofNullable(rules(Binding.role(namespace, roleRef))).map(RuleSet::rules);
    }

    /** The rules that an aggregated ClusterRole comes to; empty for all others. */
    public Optional<List<PolicyRule>> aggregatedRules(String clusterRole) {
        return clusterRoles.aggregated().contains(clusterRole)
                ? Optional.of(clusterRoles.get(clusterRole).rules())
                : Optional.empty();
    }

    /** The names of the aggregated ClusterRoles, in order. */
    public Set<String> aggregated() {
        return clusterRoles.aggregated();
    }
}
