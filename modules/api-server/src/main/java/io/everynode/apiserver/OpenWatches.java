package io.everynode.apiserver;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The watches that are open now, to bound and to end them. Thread-safe. */
final class OpenWatches {

    private final int limit;
    private final Set<Runnable> endings = ConcurrentHashMap.newKeySet();
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
    }

    int count() {
        return endings.size();
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends all, and every later one at once. */
    void close() {
        closed = true;
        endings.forEach(Runnable::run);
    }
}
