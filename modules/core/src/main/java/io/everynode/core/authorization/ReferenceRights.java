package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A Pod reads what it names, as who it runs as. Where this is asked for, its author must be allowed the same: to get
 * its Secrets, ConfigMaps and claims, and to impersonate its ServiceAccount, unless that is "default". Upstream has no
 * such rule: there, who makes Pods in a namespace has all of that. Pure.
 */
public final class ReferenceRights {

    private static final String DEFAULT_ACCOUNT = "default";

    /** Claims that are made with the Pod itself begin with its name and a hyphen: with this one no other claim does. */
    private static final String NO_NAME = "";

    private ReferenceRights() {}

    /** Pods, and what Pods are made from. */
    public static boolean concerns(Kind kind) {
        return kind.equals(Kinds.POD) || kind.equals(Kinds.DAEMON_SET) || kind.equals(Kinds.POD_TEMPLATE);
    }

    /**
     * @param kind one that this {@link #concerns}
     * @param before null for a new object; what it names already is not asked again
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
        PodReferences old = before == null
                ? new PodReferences(NO_NAME, "", Set.of(), Set.of(), Set.of())
                : references(kind, before);
        PodReferences now = references(kind, after);
        Function<AccessRequest, Optional<ApiStatus>> ask = request -> authorizer
                        .decide(request)
                        .allowed()
                ? Optional.empty()
                : Optional.of(ApiStatus.forbidden(
                        kind, name, "its Pods would have what their author has not: " + Forbidden.message(request)));
        return first(user, "secrets", old.secrets(), now.secrets(), namespace, ask)
                .or(() -> first(user, "configmaps", old.configMaps(), now.configMaps(), namespace, ask))
                .or(() -> first(user, "persistentvolumeclaims", old.claims(), now.claims(), namespace, ask))
                .or(() -> account(user, old.account(), now.account(), namespace, ask));
    }

    private static PodReferences references(Kind kind, JsonNode object) {
        JsonNode spec = kind.equals(Kinds.POD)
                ? object.path("spec")
                : kind.equals(Kinds.DAEMON_SET)
                        ? Json.at(object, "spec", "template", "spec")
                        : Json.at(object, "template", "spec");
        return PodReferences.ofSpec(NO_NAME, spec);
    }

    private static Optional<ApiStatus> first(
            User user,
            String resource,
            Set<String> old,
            Set<String> now,
            String namespace,
            Function<AccessRequest, Optional<ApiStatus>> ask) {
        return now.stream()
                .filter(each -> !old.contains(each) && !each.startsWith("-"))
                .map(each -> ask.apply(AccessRequest.ofResource(user, "get", "", resource, "", namespace, each)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<ApiStatus> account(
            User user, String old, String now, String namespace, Function<AccessRequest, Optional<ApiStatus>> ask) {
        return now.isEmpty() || now.equals(DEFAULT_ACCOUNT) || now.equals(old)
                ? Optional.empty()
                : ask.apply(AccessRequest.ofResource(user, "impersonate", "", "serviceaccounts", "", namespace, now));
    }
}
