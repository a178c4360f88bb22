package io.everynode.nodes.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** What is to happen once a client has gone. Thread-safe. */
final class Gone implements Client {

    private final Executor executor;
    private List<Runnable> actions = new ArrayList<>();

    Gone(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void onGone(Runnable action) {
        synchronized (this) {
            if (actions != null) {
                actions.add(action);
                return;
            }
        }
        executor.execute(action);
    }

    /** Further calls do nothing. */
    void happened() {
        List<Runnable> due;
        synchronized (this) {
            due = actions;
            actions = null;
        }
        if (due != null) {
            due.forEach(executor::execute);
        }
    }

    synchronized boolean isSo() {
        return actions == null;
    }
}
