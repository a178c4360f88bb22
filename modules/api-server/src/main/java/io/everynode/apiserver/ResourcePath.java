package io.everynode.apiserver;

import io.everynode.objects.ActionSubresource;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Optional;

/**
 * A path below {@code /api/v1} or {@code /apis/GROUP/VERSION}, as apiserver/pkg/endpoints/request/requestinfo.go reads
 * it.
 *
 * @param namespace "" for kinds without one, and for all namespaces
 * @param name "" for the collection
 * @param subresource "" for the object itself
 */
record ResourcePath(Kind kind, String namespace, String name, String subresource) {

    /**
     * @param rest the decoded segments after the version
     * @return empty when nothing is served there
     * @throws ApiFailure with 400 for a name that cannot be one
     */
    static Optional<ResourcePath> parse(String group, String version, List<String> rest) {
        boolean within = isWithinNamespace(group, rest);
        String namespace = within ? rest.get(1) : "";
        List<String> own = within ? rest.subList(2, rest.size()) : rest;
        if (own.isEmpty() || own.size() > 3) {
            return Optional.empty();
        }
        Optional<Kind> kind = Kinds.byResource(group, version, own.get(0));
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        String name = own.size() > 1 ? own.get(1) : "";
        String subresource = own.size() > 2 ? own.get(2) : "";
        boolean placed = kind.get().namespaced() ? within || name.isEmpty() : !within;
        if (!placed || !subresource.isEmpty() && !serves(kind.get(), subresource)) {
            return Optional.empty();
        }
        checkSegment("Namespace", namespace);
        checkSegment("Name", name);
        return Optional.of(new ResourcePath(kind.get(), namespace, name, subresource));
    }

    /** Whether the segments after the version go on within a namespace. */
    static boolean isWithinNamespace(String group, List<String> rest) {
        return rest.size() >= 3 && rest.get(0).equals("namespaces") && !isNamespacePart(group, rest);
    }

    private static boolean serves(Kind kind, String subresource) {
        return kind.subresources().contains(subresource)
                || ActionSubresource.find(kind, subresource).isPresent();
    }

    /**
     * {@code namespaces/x/status} and {@code namespaces/x/finalize} are parts of the namespace x, not kinds within it.
     */
    private static boolean isNamespacePart(String group, List<String> rest) {
        return group.isEmpty()
                && rest.size() == 3
                && Kinds.NAMESPACE.subresources().contains(rest.get(2));
    }

    private static void checkSegment(String what, String segment) {
        String wrong = segment.equals(".") || segment.equals("..")
                ? "may not be '" + segment + "'"
                : segment.contains("/") ? "may not contain '/'" : segment.contains("%") ? "may not contain '%'" : "";
        if (!wrong.isEmpty()) {
            throw new ApiFailure(
                    ApiStatus.badRequest(what + " parameter invalid: \"" + segment + "\": [" + wrong + "]"));
        }
    }

    boolean isCollection() {
        return name.isEmpty();
    }

    /** A collection that objects can be created in: not that of all namespaces. */
    boolean isCreatable() {
        return name.isEmpty() && (!kind.namespaced() || !namespace.isEmpty());
    }
}
