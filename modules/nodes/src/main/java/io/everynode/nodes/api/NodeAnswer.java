package io.everynode.nodes.api;

import io.everynode.objects.ApiStatus;
import java.time.Duration;

/** What came of a {@link NodeWrite}. */
public sealed interface NodeAnswer {

    /** @param object as the write left it */
    record Stored(SeenObject object) implements NodeAnswer {}

    record Removed() implements NodeAnswer {}

    /** @param retryAfter how long the server asks to wait; zero when it does not */
    record Refused(ApiStatus status, Duration retryAfter) implements NodeAnswer {

        /** Whether it says something about the server's moment, not about the write. */
        public boolean passing() {
            return status.code() == 429 || status.code() >= 500;
        }
    }
}
