package io.everynode.core.authorization;

import java.util.function.BiPredicate;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * What one subject was granted: by scope ("" for the whole cluster, else a namespace) its roles, and for each the
 * bindings that grant it. Many bindings of one role cost a request no more than one. Immutable.
 */
final class Grants {

    static final Grants NONE = new Grants(HashTreePMap.empty());

    private final PMap<String, TreePMap<RoleKey, TreePSet<String>>> byScope;

    private Grants(PMap<String, TreePMap<RoleKey, TreePSet<String>>> byScope) {
        this.byScope = byScope;
    }

    boolean isEmpty() {
        return byScope.isEmpty();
    }

    Grants with(Binding binding) {
        TreePMap<RoleKey, TreePSet<String>> roles = in(binding.namespace());
        TreePSet<String> names = roles.getOrDefault(binding.role(), TreePSet.empty());
        return new Grants(byScope.plus(binding.namespace(), roles.plus(binding.role(), names.plus(binding.name()))));
    }

    Grants without(Binding binding) {
        TreePMap<RoleKey, TreePSet<String>> roles = in(binding.namespace());
        TreePSet<String> names =
                roles.getOrDefault(binding.role(), TreePSet.empty()).minus(binding.name());
        roles = names.isEmpty() ? roles.minus(binding.role()) : roles.plus(binding.role(), names);
        return new Grants(
                roles.isEmpty() ? byScope.minus(binding.namespace()) : byScope.plus(binding.namespace(), roles));
    }

    private TreePMap<RoleKey, TreePSet<String>> in(String scope) {
        return byScope.getOrDefault(scope, TreePMap.empty());
    }

    /**
     * Shows the roles of a scope, in order of their namespace and name, each with the first of its bindings, until one
     * is enough.
     *
     * @return whether one was enough
     */
    boolean any(String scope, BiPredicate<RoleKey, String> enough) {
        TreePMap<RoleKey, TreePSet<String>> roles = byScope.get(scope);
        if (roles == null) {
            return false;
        }
        for (var role : roles.entrySet()) {
            if (enough.test(role.getKey(), role.getValue().first())) {
                return true;
            }
        }
        return false;
    }
}
