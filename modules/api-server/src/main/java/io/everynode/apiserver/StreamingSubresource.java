package io.everynode.apiserver;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The subresources of a Pod that connect a client to its containers.
 *
 * @param subresource attach, exec or portforward
 */
record StreamingSubresource(String namespace, String pod, String subresource) {

    private static final Set<String> NAMES = Set.of("attach", "exec", "portforward");

    /**
     * @param rest the decoded segments after the version
     * @return empty when the path is none of them
     */
    static Optional<StreamingSubresource> find(String group, String version, List<String> rest) {
        boolean one = group.isEmpty()
                && version.equals("v1")
                && rest.size() == 5
                && rest.get(0).equals("namespaces")
                && rest.get(2).equals("pods")
                && NAMES.contains(rest.get(4));
        return one ? Optional.of(new StreamingSubresource(rest.get(1), rest.get(3), rest.get(4))) : Optional.empty();
    }

    /** Whether a path ends in one of them. */
    static boolean isOne(String path) {
        return path.startsWith("/api/v1/namespaces/") && NAMES.contains(path.substring(path.lastIndexOf('/') + 1));
    }
}
