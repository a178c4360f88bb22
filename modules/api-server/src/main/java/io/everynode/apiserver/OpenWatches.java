package io.everynode.apiserver;

import io.everynode.apiserver.authentication.Credential;
import io.everynode.core.fairness.Level;
import io.everynode.objects.ApiStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The watches that are open now, to bound and to end them. Thread-safe. */
final class OpenWatches {

    /** What a refused client should wait: others must go first. */
    private static final int RETRY_AFTER_SECONDS = 5;

    private final int limit;
    private final OpenCredentials credentials;
    private final InstantSource clock;

    /** How many each user has open; nobody has 0. */
    private final Map<Watcher, Integer> byUser = new ConcurrentHashMap<>();

    private record Watcher(Level level, String user) {}

    private final Set<Runnable> endings = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closed;

    /** @param credentials ends those whose credentials stop counting */
    OpenWatches(int limit, OpenCredentials credentials, InstantSource clock) {
        this.limit = limit;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** What one request opens. */
    Opening of(Call call) {
        return new Opening(Seat.of(call), call.credential());
    }

    /** One watch, log or stream, before and while it is open. Thread-safe. */
    final class Opening {

        private final Seat seat;
        private final Credential credential;
        private final Optional<Watcher> watcher;

        private Opening(Seat seat, Credential credential) {
            this.seat = seat;
            this.credential = credential;
            this.watcher = seat.requestClass().map(of -> new Watcher(of.level(), of.user()));
        }

        /**
         * Asked before it is begun; those that begin at the same moment may pass the limits by their number.
         *
         * @param what for the refusal, such as "watches"
         * @throws ApiFailure with 429 when too many are open, of this user or of all
         */
        void requireRoom(String what) {
            if (endings.size() >= limit) {
                throw new ApiFailure(ApiStatus.tooManyRequests(
                        "too many " + what + " are open, please try again later", RETRY_AFTER_SECONDS));
            }
            if (watcher.isPresent() && byUser.getOrDefault(watcher.get(), 0) >= seat.userWatches()) {
                throw new ApiFailure(ApiStatus.tooManyRequests(
                        "you have " + seat.userWatches() + " " + what + " open, which is the limit",
                        RETRY_AFTER_SECONDS));
            }
        }

        /** How long it may go on by the credential of whoever opens it, who sees to it that it ends then. */
        Duration left() {
            return credential.left(clock.instant());
        }

        /** @param ending ends the watch; may be called from any thread, and more than once */
        void opened(Runnable ending) {
            if (endings.add(ending)) {
                watcher.ifPresent(who -> byUser.merge(who, 1, Integer::sum));
                credentials.opened(ending, credential);
            }
            if (closed) {
                ending.run();
            }
        }

        void ended(Runnable ending) {
            if (endings.remove(ending)) {
                credentials.ended(ending, credential);
                watcher.ifPresent(who -> byUser.computeIfPresent(who, (w, open) -> open == 1 ? null : open - 1));
            }
            seat.leave();
            completeIfDrained();
        }
    }

    int count() {
        return endings.size();
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends all, and every later one at once; completes when those that were open have ended. */
    CompletionStage<Void> close() {
        closed = true;
        endings.forEach(Runnable::run);
        completeIfDrained();
        return drained.minimalCompletionStage();
    }

    private void completeIfDrained() {
        if (closed && endings.isEmpty()) {
            drained.complete(null);
        }
    }
}
