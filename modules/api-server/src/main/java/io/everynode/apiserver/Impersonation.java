package io.everynode.apiserver;

import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.User;
import io.everynode.objects.ApiStatus;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Requests on behalf of somebody else: the headers {@code Impersonate-*}
 * (apiserver/pkg/endpoints/filters/impersonation.go).
 */
final class Impersonation {

    private static final String PREFIX = "impersonate-";
    private static final String EXTRA = "impersonate-extra-";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    /** Of a user's name: it goes into every event that the request causes. */
    private static final int LONGEST_NAME = 1024;

    private String user = "";
    private String uid = "";
    private final List<String> groups = new ArrayList<>();
    private final Map<String, List<String>> extra = new LinkedHashMap<>();

    private Impersonation() {}

    /**
     * Whom the request is for.
     *
     * @param may told of each thing that the sender must be allowed to do for it; throws when it is not
     * @return empty when nobody is impersonated
     * @throws ApiFailure with 400 for headers that name nobody
     */
    static Optional<User> of(HttpRequest request, User sender, Consumer<AccessRequest> may) {
        Impersonation asked = null;
        for (HttpHeader header : request.getHeaders()) {
            if (header.lowercaseName().startsWith(PREFIX)) {
                asked = asked == null ? new Impersonation() : asked;
                asked.read(header.lowercaseName(), header.value());
            }
        }
        return asked == null ? Optional.empty() : Optional.ofNullable(asked.checked(sender, may));
    }

    private void read(String name, String value) {
        switch (name) {
            case "impersonate-user" -> user = user.isEmpty() ? value : user;
            case "impersonate-uid" -> uid = uid.isEmpty() ? value : uid;
            case "impersonate-group" -> groups.add(value);
            default -> {
                if (name.startsWith(EXTRA)) {
                    extra.computeIfAbsent(unescaped(name.substring(EXTRA.length())), key -> new ArrayList<>())
                            .add(value);
                }
            }
        }
    }

    private static String unescaped(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    private User checked(User sender, Consumer<AccessRequest> may) {
        if (user.isEmpty()) {
            if (groups.isEmpty() && extra.isEmpty() && uid.isEmpty()) {
                return null;
            }
            throw new ApiFailure(
                    ApiStatus.badRequest("groups, extra and uid cannot be impersonated without impersonating a user"));
        }
        if (user.length() > LONGEST_NAME) {
            throw new ApiFailure(
                    ApiStatus.badRequest("an impersonated user's name has at most " + LONGEST_NAME + " characters"));
        }
        Optional<User.Account> account = User.account(user);
        may.accept(account.map(of -> asked(sender, "", "serviceaccounts", "", of.namespace(), of.name()))
                .orElseGet(() -> asked(sender, "", "users", "", "", user)));
        groups.forEach(group -> may.accept(asked(sender, "", "groups", "", "", group)));
        extra.forEach((key, values) ->
                values.forEach(value -> may.accept(asked(sender, AUTHENTICATION, "userextras", key, "", value))));
        if (!uid.isEmpty()) {
            may.accept(asked(sender, AUTHENTICATION, "uids", "", "", uid));
        }
        return new User(user, uid, allGroups(account), extra);
    }

    private static AccessRequest asked(
            User sender, String group, String resource, String subresource, String namespace, String name) {
        return AccessRequest.ofResource(sender, "impersonate", group, resource, subresource, namespace, name);
    }

    private List<String> allGroups(Optional<User.Account> account) {
        List<String> all = new ArrayList<>(groups);
        if (groups.isEmpty() && account.isPresent()) {
            all.addAll(User.accountGroups(account.get().namespace()));
        }
        boolean anonymous = user.equals(User.ANONYMOUS);
        boolean said = all.contains(User.UNAUTHENTICATED) || !anonymous && all.contains(User.AUTHENTICATED);
        if (!said) {
            all.add(anonymous ? User.UNAUTHENTICATED : User.AUTHENTICATED);
        }
        return all;
    }
}
