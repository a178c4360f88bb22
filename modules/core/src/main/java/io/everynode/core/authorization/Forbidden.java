package io.everynode.core.authorization;

import io.everynode.objects.ApiStatus;
import java.util.List;

/** Refusals with upstream's words (apiserver/pkg/endpoints/handlers/responsewriters/errors.go). */
public final class Forbidden {

    private Forbidden() {}

    /** @param reason what the verdict said, or "" */
    public static ApiStatus of(AccessRequest request, String reason) {
        String message = sanitized(message(request));
        return of(
                request.group(),
                request.resource(),
                request.name(),
                reason.isEmpty() ? message : message + ": " + reason);
    }

    /**
     * @param resource plural name; "" for a path
     * @param name "" for a collection
     */
    public static ApiStatus of(String group, String resource, String name, String why) {
        String qualified = group.isEmpty() ? resource : resource + "." + group;
        String message = resource.isEmpty()
                ? "forbidden: " + why
                : name.isEmpty()
                        ? qualified + " is forbidden: " + why
                        : qualified + " " + GoText.quote(name) + " is forbidden: " + why;
        return new ApiStatus(403, "Forbidden", message, new ApiStatus.Details(name, group, resource, "", List.of(), 0));
    }

    static String message(AccessRequest request) {
        String user = "User " + GoText.quote(request.user().name()) + " cannot " + request.verb();
        if (!request.isResource()) {
            return user + " path " + GoText.quote(request.path());
        }
        String what = user + " resource " + GoText.quote(request.wholeResource()) + " in API group "
                + GoText.quote(request.group());
        return request.namespace().isEmpty()
                ? what + " at the cluster scope"
                : what + " in the namespace " + GoText.quote(request.namespace());
    }

    private static String sanitized(String message) {
        return message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
