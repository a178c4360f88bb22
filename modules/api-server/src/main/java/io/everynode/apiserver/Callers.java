package io.everynode.apiserver;

import io.everynode.core.event.Caller;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** Decides who sent a request. There is no authentication yet: everyone who reaches the port is the administrator. */
final class Callers {

    /** A longer User-Agent is cut: it goes into every event that the request causes. */
    static final int MAX_CLIENT_LENGTH = 120;

    private Callers() {}

    static Caller of(HttpRequest request) {
        String agent = request.getHeader("User-Agent").map(h -> h.value()).orElse("");
        return new Caller(
                "system:admin", agent.length() > MAX_CLIENT_LENGTH ? agent.substring(0, MAX_CLIENT_LENGTH) : agent);
    }
}
