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

    public static final AccessRules NONE = new AccessRules(
            ClusterRoles.NONE, HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    /** The kinds that are in here. */
    public static final Set<Kind> KINDS =
            Set.of(Kinds.CLUSTER_ROLE, Kinds.ROLE, Kinds.CLUSTER_ROLE_BINDING, Kinds.ROLE_BINDING);

    private record BindingKey(String namespace, String name) {}

    private final ClusterRoles clusterRoles;
    private final PMap<RoleKey, RuleSet> roles;
    private final PMap<BindingKey, Binding> bindings;

    /** By name. */
    private final PMap<String, Grants> users;

    /** By name. */
    private final PMap<String, Grants> groups;

    private AccessRules(
            ClusterRoles clusterRoles,
            PMap<RoleKey, RuleSet> roles,
            PMap<BindingKey, Binding> bindings,
            PMap<String, Grants> users,
            PMap<String, Grants> groups) {
        this.clusterRoles = clusterRoles;
        this.roles = roles;
        this.bindings = bindings;
        this.users = users;
        this.groups = groups;
    }

    /** After an object of {@link #KINDS} was made or changed. Other kinds change nothing. */
    public AccessRules with(Kind kind, String namespace, String name, JsonNode object) {
        if (kind.equals(Kinds.CLUSTER_ROLE)) {
            return new AccessRules(clusterRoles.with(name, object), roles, bindings, users, groups);
        }
        if (kind.equals(Kinds.ROLE)) {
            RuleSet rules = new RuleSet(PolicyRule.rules(object));
            return new AccessRules(
                    clusterRoles, roles.plus(new RoleKey(namespace, name), rules), bindings, users, groups);
        }
        return isBinding(kind) ? unbound(namespace, name).bound(Binding.of(namespace, name, object)) : this;
    }

    /** After an object of {@link #KINDS} has gone; one that is not in here changes nothing. */
    public AccessRules without(Kind kind, String namespace, String name) {
        if (kind.equals(Kinds.CLUSTER_ROLE)) {
            return new AccessRules(clusterRoles.without(name), roles, bindings, users, groups);
        }
        if (kind.equals(Kinds.ROLE)) {
            return new AccessRules(clusterRoles, roles.minus(new RoleKey(namespace, name)), bindings, users, groups);
        }
        return isBinding(kind) ? unbound(namespace, name) : this;
    }

    private static boolean isBinding(Kind kind) {
        return kind.equals(Kinds.CLUSTER_ROLE_BINDING) || kind.equals(Kinds.ROLE_BINDING);
    }

    private AccessRules bound(Binding binding) {
        PMap<String, Grants> nowUsers = users;
        PMap<String, Grants> nowGroups = groups;
        for (SubjectKey subject : binding.subjects()) {
            if (subject.isGroup()) {
                nowGroups = with(nowGroups, subject.name(), binding);
            } else {
                nowUsers = with(nowUsers, subject.name(), binding);
            }
        }
        BindingKey key = new BindingKey(binding.namespace(), binding.name());
        return new AccessRules(clusterRoles, roles, bindings.plus(key, binding), nowUsers, nowGroups);
    }

    private AccessRules unbound(String namespace, String name) {
        BindingKey key = new BindingKey(namespace, name);
        Binding binding = bindings.get(key);
        if (binding == null) {
            return this;
        }
        PMap<String, Grants> nowUsers = users;
        PMap<String, Grants> nowGroups = groups;
        for (SubjectKey subject : binding.subjects()) {
            if (subject.isGroup()) {
                nowGroups = without(nowGroups, subject.name(), binding);
            } else {
                nowUsers = without(nowUsers, subject.name(), binding);
            }
        }
        return new AccessRules(clusterRoles, roles, bindings.minus(key), nowUsers, nowGroups);
    }

    private static PMap<String, Grants> with(PMap<String, Grants> grants, String name, Binding binding) {
        return grants.plus(name, grants.getOrDefault(name, Grants.NONE).with(binding));
    }

    private static PMap<String, Grants> without(PMap<String, Grants> grants, String name, Binding binding) {
        Grants rest = grants.get(name).without(binding);
        return rest.isEmpty() ? grants.minus(name) : grants.plus(name, rest);
    }

    /** Whether roles and bindings allow it. A role that a binding names and that is missing is told in a refusal. */
    public Verdict decide(AccessRequest request) {
        String whole = request.wholeResource();
        String subresources = request.subresource().isEmpty() ? "" : "*/" + request.subresource();
        Set<String> missing = new LinkedHashSet<>();
        List<Holder> holders = holders(request.user());
        for (String scope : scopes(request.namespace())) {
            String[] reason = new String[1];
            boolean allowed = any(holders, scope, (subject, granted) -> {
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

    /** Somebody who was granted something. */
    private record Holder(SubjectKey subject, Grants grants) {}

    /** The user and those of their groups who were granted something. */
    private List<Holder> holders(User user) {
        List<Holder> holders = new ArrayList<>(4);
        Grants own = users.get(user.name());
        if (own != null) {
            holders.add(new Holder(new SubjectKey(false, user.name()), own));
        }
        for (String group : user.groups()) {
            Grants common = groups.get(group);
            if (common != null) {
                holders.add(new Holder(new SubjectKey(true, group), common));
            }
        }
        return holders;
    }

    private static boolean any(List<Holder> holders, String scope, BiPredicate<SubjectKey, Granted> enough) {
        for (Holder holder : holders) {
            if (holder.grants()
                    .any(scope, (role, binding) -> enough.test(holder.subject(), new Granted(role, binding)))) {
                return true;
            }
        }
        return false;
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
        List<Holder> holders = holders(user);
        for (String scope : scopes(namespace)) {
            any(holders, scope, (subject, granted) -> {
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
