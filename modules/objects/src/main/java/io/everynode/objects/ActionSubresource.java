package io.everynode.objects;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A subresource that does something to its object instead of showing a part of it: it is only POSTed to, with a body of
 * a kind of its own that is never stored. Discovery reads {@link #of}, routing {@link #find}.
 *
 * @param parent whose objects it acts on
 * @param name as in the path
 * @param body the kind of what is posted
 * @param otherVersions further {@code apiVersion}s that the body may have; the form is the same
 */
public record ActionSubresource(Kind parent, String name, Kind body, Set<String> otherVersions) {

    /** Ends a Pod as far as disruption budgets allow it (policy/v1; v1beta1 is what kubectl before 1.22 sends). */
    public static final ActionSubresource EVICTION = new ActionSubresource(
            Kinds.POD, "eviction", body("policy", "v1", "Eviction", "evictions"), Set.of("policy/v1beta1"));

    /** Assigns a waiting Pod to a node; also POSTed to the collection {@link #BINDINGS}. */
    public static final ActionSubresource BINDING =
            new ActionSubresource(Kinds.POD, "binding", body("", "v1", "Binding", "bindings"), Set.of());

    /** Makes a token of a ServiceAccount; the answer is the body with it. */
    public static final ActionSubresource TOKEN = new ActionSubresource(
            Kinds.SERVICE_ACCOUNT,
            "token",
            body("authentication.k8s.io", "v1", "TokenRequest", "tokenrequests"),
            Set.of());

    /** The collection of the namespace that takes Bindings too, and keeps none. */
    public static final String BINDINGS = "bindings";

    private static final List<ActionSubresource> ALL = List.of(BINDING, EVICTION, TOKEN);

    /** Those of one kind, by name. */
    public static List<ActionSubresource> of(Kind parent) {
        return ALL.stream().filter(action -> action.parent.equals(parent)).toList();
    }

    public static Optional<ActionSubresource> find(Kind parent, String name) {
        for (ActionSubresource action : ALL) {
            if (action.name.equals(name) && action.parent.equals(parent)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }

    private static Kind body(String group, String version, String kind, String plural) {
        return new Kind(group, version, kind, plural, kind.toLowerCase(), List.of(), List.of(), true, Set.of());
    }
}
