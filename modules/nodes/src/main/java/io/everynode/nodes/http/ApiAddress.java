package io.everynode.nodes.http;

import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One address of the API, and what is known of it. Confined to the loop's thread. */
final class ApiAddress {

    enum State {
        GOOD,
        /** Something failed there; whether it can be used, a probe will tell. */
        DOUBTFUL,
        /** It answers that it should get no requests. */
        NOT_READY,
        /** It does not answer. */
        LOST
    }

    /** Without a slash at its end. */
    final URI base;

    State state = State.DOUBTFUL;
    Instant heard = Instant.MIN;
    boolean probing;
    int failedProbes;

    /** Requests under way, to be cancelled when it is lost. */
    final Set<CompletableFuture<?>> outstanding = new HashSet<>();

    ApiAddress(URI base) {
        this.base = base;
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
