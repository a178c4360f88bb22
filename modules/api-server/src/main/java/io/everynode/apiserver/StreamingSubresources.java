package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import java.util.List;
import java.util.Set;

/**
 * The subresources of a Pod that connect a client to its containers. Nothing here does yet; clients ask for them
 * without looking at discovery, which leaves them out, and are told why there is nothing.
 */
final class StreamingSubresources {

    private static final Set<String> NAMES = Set.of("attach", "exec", "portforward");

    private StreamingSubresources() {}

    /**
     * @param rest the decoded segments after the version
     * @throws ApiFailure with 405 when the path is one of them
     */
    static void refuse(String group, String version, List<String> rest) {
        if (group.isEmpty()
                && version.equals("v1")
                && rest.size() == 5
                && rest.get(0).equals("namespaces")
                && rest.get(2).equals("pods")
                && NAMES.contains(rest.get(4))) {
            throw new ApiFailure(ApiStatus.methodNotAllowed("pods/" + rest.get(4)
                    + " is not served: hollow nodes run no containers that one could connect to"));
        }
    }
}
