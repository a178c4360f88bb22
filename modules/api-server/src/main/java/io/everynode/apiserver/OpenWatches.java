package io.everynode.apiserver;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The watches that are open now, to bound and to end them. Thread-safe. */
final class OpenWatches {

    private final int limit;
    private final Set<Runnable> endings = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closed;

    OpenWatches(int limit) {
        this.limit = limit;
    }

    /** Asked before a watch is begun; those that begin at the same moment may pass the limit by their number. */
    boolean hasRoom() {
        return endings.size() < limit;
    }

    /** @param ending ends the watch; may be called from any thread, and more than once */
    void opened(Runnable ending) {
        endings.add(ending);
        if (closed) {
            ending.run();
        }
    }

    void ended(Runnable ending) {
        endings.remove(ending);
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
