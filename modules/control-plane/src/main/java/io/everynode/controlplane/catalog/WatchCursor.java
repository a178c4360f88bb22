package io.everynode.controlplane.catalog;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A place in the order of changes. Costs nothing while nothing it selects happens; holds no queue. One caller at a
 * time.
 */
public interface WatchCursor extends AutoCloseable {

    /**
     * The next changes in order, at least one, at most a few hundred. Stays incomplete until there is one. Completes
     * exceptionally with {@link Expired} when the cursor has fallen behind what is held (the watcher must list again).
     */
    CompletionStage<List<Change>> next();

    /** Every selected change up to this version has been returned: what a bookmark may say. */
    long position();

    /** Ends it; an incomplete {@link #next()} completes with an empty list. */
    @Override
    void close();

    /** The versions after the cursor are no longer held. */
    final class Expired extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Expired(String message) {
            super(message);
        }
    }
}
