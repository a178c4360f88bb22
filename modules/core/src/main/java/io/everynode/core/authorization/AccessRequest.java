package io.everynode.core.authorization;

/**
 * What somebody wants to do, as apiserver/pkg/authorization/authorizer/interfaces.go puts it: either something with a
 * resource, or something at a path outside the resources.
 *
 * @param verb such as "list"; for a path the HTTP method in small letters
 * @param group "" for the core group, and for a path
 * @param resource plural name; "" for a path
 * @param subresource or ""
 * @param namespace "" for all namespaces and for kinds without one
 * @param name "" for a collection and for what is to be created; of a list that a field selector limits to one object
 *     that object's
 * @param onNode of a list of Pods that a field selector limits to a node that node's name, else ""
 * @param path "" for a resource
 */
public record AccessRequest(
        User user,
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        String onNode,
        String path) {

    public static AccessRequest ofResource(
            User user, String verb, String group, String resource, String subresource, String namespace, String name) {
        return new AccessRequest(user, verb, group, resource, subresource, namespace, name, "", "");
    }

    public static AccessRequest ofPath(User user, String verb, String path) {
        return new AccessRequest(user, verb, "", "", "", "", "", "", path);
    }

    public AccessRequest onNode(String node) {
        return new AccessRequest(user, verb, group, resource, subresource, namespace, name, node, path);
    }

    public boolean isResource() {
        return path.isEmpty();
    }

    /** "pods" or "pods/status": how rules name it. */
    public String wholeResource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}
