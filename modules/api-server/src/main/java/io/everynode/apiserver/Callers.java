package io.everynode.apiserver;

import io.everynode.core.authorization.User;
import io.everynode.core.event.Caller;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Who sent a request when nobody has to say so ({@link Authentication}): everyone who reaches the port is the
 * administrator, of the masters whom nothing is refused, unless the request says that it is for somebody else
 * ({@link Impersonation}).
 */
final class Callers {

    /** A longer User-Agent is cut: it goes into every event that the request causes. */
    static final int MAX_CLIENT_LENGTH = 120;

    private static final User ADMINISTRATOR = User.of("system:admin", User.MASTERS, User.AUTHENTICATED);

    private Callers() {}

    static User user() {
        return ADMINISTRATOR;
    }

    static Caller of(HttpRequest request) {
        String agent = request.getHeader("User-Agent").map(h -> h.value()).orElse("");
        return new Caller(
                user().name(), agent.length() > MAX_CLIENT_LENGTH ? agent.substring(0, MAX_CLIENT_LENGTH) : agent);
    }
}
