package io.everynode.apiserver;

import io.everynode.apiserver.authentication.Credential;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The watches that are open now, to bound and to end them. Thread-safe. */
final class OpenWatches {

    private final int limit;
    private final OpenCredentials credentials;
    private final Map<Runnable, Credential> endings = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closed;

    /** @param credentials ends those whose credentials stop counting */
    OpenWatches(int limit, OpenCredentials credentials) {
        this.limit = limit;
        this.credentials = credentials;
    }

    /** Asked before a watch is begun; those that begin at the same moment may pass the limit by their number. */
    boolean hasRoom() {
        return endings.size() < limit;
    }

    /**
     * @param ending ends the watch; may be called from any thread, and more than once
     * @param credential of whoever opened it; that it ends with its time is the caller's to see to
     */
    void opened(Runnable ending, Credential credential) {
        endings.put(ending, credential);
        credentials.opened(ending, credential);
        if (closed) {
            ending.run();
        }
    }

    void ended(Runnable ending) {
        Credential credential = endings.remove(ending);
        if (credential != null) {
            credentials.ended(ending, credential);
        }
        completeIfDrained();
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
        endings.keySet().forEach(Runnable::run);
        completeIfDrained();
        return drained.minimalCompletionStage();
    }

    private void completeIfDrained() {
        if (closed && endings.isEmpty()) {
            drained.complete(null);
        }
    }
}
