package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.select.FieldSelector;
import java.util.List;

/**
 * Watches by address, as clients did before {@code ?watch=true}: {@code /api/v1/watch/namespaces/x/pods/NAME}
 * (apiserver/pkg/endpoints/request/requestinfo.go). Upstream still serves them.
 */
final class DeprecatedWatchPath {

    private static final String PREFIX = "watch";

    private DeprecatedWatchPath() {}

    /** Whether the segments after the version begin with it. */
    static boolean isOne(List<String> rest) {
        return rest.size() > 1 && rest.get(0).equals(PREFIX);
    }

    /** The collection that is watched. */
    static ResourcePath collection(ResourcePath path) {
        return new ResourcePath(path.kind(), path.namespace(), "", "");
    }

    /**
     * The call as {@code ?watch=true} would have it; a name in the path becomes a field selector.
     *
     * @throws ApiFailure with 400 when the field selector names another object
     */
    static Call call(Call call, ResourcePath path) {
        Query query = call.query().with("watch", "true");
        if (!path.name().isEmpty()) {
            String given = query.text("fieldSelector");
            FieldSelector selector = ApiFailure.unwrap(FieldSelector.parse(path.kind(), given));
            if (given.isEmpty()) {
                query = query.with("fieldSelector", "metadata.name=" + path.name());
            } else if (!path.name().equals(selector.required("metadata.name"))) {
                throw new ApiFailure(ApiStatus.badRequest("fieldSelector metadata.name doesn't match requested name"));
            }
        }
        return call.with(query);
    }
}
