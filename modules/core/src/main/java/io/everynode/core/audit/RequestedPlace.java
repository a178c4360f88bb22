package io.everynode.core.audit;

import java.util.Arrays;
import java.util.List;

/**
 * What the path of a request names, of resources of the API. Pure.
 *
 * @param namespace "" for none
 * @param name "" for a collection
 * @param subresource "" for the object itself
 */
public record RequestedPlace(String namespace, String resource, String name, String subresource) {

    private static final RequestedPlace NOWHERE = new RequestedPlace("", "", "", "");

    /** @param path decoded, such as {@code /apis/apps/v1/namespaces/default/daemonsets/agent/status} */
    public static RequestedPlace of(String path) {
        List<String> parts = Arrays.asList(path.split("/", -1));
        int begin = path.startsWith("/api/") ? 3 : path.startsWith("/apis/") ? 4 : parts.size();
        if (parts.size() <= begin) {
            return NOWHERE;
        }
        List<String> own = parts.subList(begin, parts.size());
        // namespaces/x/status and namespaces/x/finalize are parts of the namespace itself.
        boolean within = own.get(0).equals("namespaces")
                && (own.size() > 3
                        || own.size() == 3 && !List.of("status", "finalize").contains(own.get(2)));
        List<String> rest = within ? own.subList(2, own.size()) : own;
        return new RequestedPlace(
                within ? own.get(1) : "",
                rest.get(0),
                rest.size() > 1 ? rest.get(1) : "",
                rest.size() > 2 ? String.join("/", rest.subList(2, rest.size())) : "");
    }

    /** As Kubernetes calls what a method does here; "" for one that changes nothing. */
    public String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> "";
        };
    }
}
