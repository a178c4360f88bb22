package io.everynode.apiserver;

import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.User;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.select.FieldSelector;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a request wants to do, told from its method and path alone, whether or not anything is served there
 * (apiserver/pkg/endpoints/request/requestinfo.go). It reads the same segments as {@link Router}; a test holds the two
 * together.
 */
final class RequestInfo {

    private static final String NAMESPACES = "namespaces";

    private RequestInfo() {}

    /** @param segments of the path, decoded */
    static AccessRequest of(User user, String method, List<String> segments, Query query) {
        String first = segments.isEmpty() ? "" : segments.get(0);
        if (first.equals("api") && segments.size() > 2) {
            return resource(user, method, "", segments.get(1), segments.subList(2, segments.size()), query);
        }
        if (first.equals("apis") && segments.size() > 3) {
            return resource(
                    user, method, segments.get(1), segments.get(2), segments.subList(3, segments.size()), query);
        }
        return AccessRequest.ofPath(user, method.toLowerCase(Locale.ROOT), "/" + String.join("/", segments));
    }

    private static AccessRequest resource(
            User user, String method, String group, String version, List<String> segments, Query query) {
        boolean watched = DeprecatedWatchPath.isOne(segments);
        List<String> rest = watched ? segments.subList(1, segments.size()) : segments;
        boolean within = ResourcePath.isWithinNamespace(group, rest);
        List<String> own = within ? rest.subList(2, rest.size()) : rest;
        String resource = own.get(0);
        String name = own.size() > 1 ? own.get(1) : "";
        String subresource = own.size() > 2 ? own.get(2) : "";
        String namespace = within ? rest.get(1) : group.isEmpty() && resource.equals(NAMESPACES) ? name : "";
        String verb = watched ? "watch" : verb(method, name, query);
        AccessRequest request = AccessRequest.ofResource(user, verb, group, resource, subresource, namespace, name);
        boolean selects = verb.equals("list") || verb.equals("watch");
        return selects && !query.text("fieldSelector").isEmpty()
                ? selected(request, version, query.text("fieldSelector"))
                : request;
    }

    private static String verb(String method, String name, Query query) {
        return switch (method) {
            case "GET", "HEAD" -> !name.isEmpty() ? "get" : query.flag("watch") ? "watch" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> "";
        };
    }

    /** What a field selector limits a list to. One that cannot be read limits nothing, and is refused later. */
    private static AccessRequest selected(AccessRequest request, String version, String text) {
        Optional<Kind> kind = Kinds.byResource(request.group(), version, request.resource());
        if (kind.isEmpty() || !(FieldSelector.parse(kind.get(), text) instanceof Outcome.Done<FieldSelector> done)) {
            return request;
        }
        String name = done.value().required("metadata.name");
        boolean named = name != null && request.name().isEmpty() && isPathSegment(name);
        AccessRequest limited = named
                ? AccessRequest.ofResource(
                        request.user(),
                        request.verb(),
                        request.group(),
                        request.resource(),
                        request.subresource(),
                        request.namespace(),
                        name)
                : request;
        String node = kind.get().equals(Kinds.POD) ? done.value().required("spec.nodeName") : null;
        return node == null ? limited : limited.onNode(node);
    }

    private static boolean isPathSegment(String name) {
        return !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0 && name.indexOf('%') < 0;
    }
}
