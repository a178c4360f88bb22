package io.everynode.app;

import io.everynode.controlplane.catalog.Catalog;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows on the screen how nodes and DaemonSets converge, until they have, from a thread of its own. */
final class ConvergenceDisplay implements AutoCloseable {

    /** Often enough to see it move, seldom enough to cost nothing. */
    private static final Duration INTERVAL = Duration.ofMillis(300);

    private final Screen screen;
    private final Supplier<Catalog> catalog;
    private final ConvergenceTable table = new ConvergenceTable();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "convergence-display");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean joined;
    private volatile boolean applied;
    private String shown = "";

    /** @param nodesJoined before that, "all nodes are ready" says nothing yet */
    ConvergenceDisplay(Screen screen, Supplier<Catalog> catalog, CompletionStage<?> nodesJoined) {
        this.screen = screen;
        this.catalog = catalog;
        nodesJoined.whenComplete((done, error) -> joined = true);
    }

    ConvergenceDisplay start() {
        executor.scheduleWithFixedDelay(this::guarded, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    private void guarded() {
        try {
            step();
        } catch (RuntimeException e) {
            Logger log = LoggerFactory.getLogger(ConvergenceDisplay.class);
            log.warn("The display of convergence stops", e);
            close();
        }
    }

    private void step() {
        boolean all = joined && applied;
        table.look(catalog.get());
        screen.table(table.table());
        String line = table.line();
        if (!screen.terminal() && !line.equals(shown)) {
            screen.line(line);
            shown = line;
        }
        if (all && table.converged()) {
            screen.keep();
            screen.line("All nodes and DaemonSets have converged");
            close();
        }
    }

    /** All that the start applies is applied: from now on convergence counts. */
    void everythingApplied() {
        applied = true;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
