package io.everynode.nodes.api;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which a fleet does everything, with its clock and its timers. Tests bring their own. */
public interface HollowLoop extends Executor, AutoCloseable {

    Instant now();

    /** Runs the task on the loop's thread after the delay. Nothing runs any more once the loop is closed. */
    void after(Duration delay, Runnable task);

    @Override
    void close();

    /** A daemon thread of its own. */
    static HollowLoop thread() {
        return thread("hollow-nodes");
    }

    /** A daemon thread of this name. */
    static HollowLoop thread(String name) {
        Logger log = LoggerFactory.getLogger(HollowLoop.class);
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return new HollowLoop() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public void after(Duration delay, Runnable task) {
                try {
                    executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
                } catch (RejectedExecutionException closed) {
                    log.trace("closed", closed);
                }
            }

            @Override
            public void execute(Runnable task) {
                after(Duration.ZERO, task);
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }

            private void guarded(Runnable task) {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    log.error("{}: a step failed", name, e);
                }
            }
        };
    }
}
