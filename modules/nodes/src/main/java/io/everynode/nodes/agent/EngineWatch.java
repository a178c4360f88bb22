package io.everynode.nodes.agent;

import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.api.HollowLoop;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the Engine's events of this node's containers; after each interruption all containers are looked at again.
 * Confined to the loop's thread.
 */
final class EngineWatch {

    /** Hears of the Engine, on the loop's thread. */
    interface Listener {
        /** All containers were looked at; changes will be told from here on. */
        void up(Set<String> containers);

        void down(String why);
    }

    private static final Logger log = LoggerFactory.getLogger(EngineWatch.class);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final String node;
    private final Engine engine;
    private final Inspector inspector;
    private final Executor pool;
    private final HollowLoop loop;
    private final Listener listener;
    private AutoCloseable stream;
    private int turn;
    private int failures;
    private boolean closed;

    EngineWatch(String node, Engine engine, Inspector inspector, Executor pool, HollowLoop loop, Listener listener) {
        this.node = node;
        this.engine = engine;
        this.inspector = inspector;
        this.pool = pool;
        this.loop = loop;
        this.listener = listener;
    }

    void start() {
        int mine = ++turn;
        Supplier<AutoCloseable> open = () -> engine.events(
                node,
                id -> loop.execute(() -> {
                    if (mine == turn) {
                        inspector.look(id);
                    }
                }),
                failure -> loop.execute(() -> {
                    if (mine == turn) {
                        lost("its events have ended: " + failure.getMessage());
                    }
                }));
        // What happens between the two is told by the events.
        CompletableFuture.supplyAsync(open, pool)
                .thenCombineAsync(
                        CompletableFuture.completedFuture(null),
                        (opened, none) -> new Listed(opened, list(opened)),
                        pool)
                .whenComplete((listed, failure) -> loop.execute(() -> {
                    if (mine != turn || closed) {
                        close(listed == null ? null : listed.stream());
                    } else if (failure != null) {
                        lost(
                                failure.getCause() == null
                                        ? "" + failure
                                        : failure.getCause().getMessage());
                    } else {
                        stream = listed.stream();
                        look(mine, listed.ids());
                    }
                }));
    }

    private record Listed(AutoCloseable stream, List<String> ids) {}

    private List<String> list(AutoCloseable opened) {
        try {
            return engine.containers(node);
        } catch (RuntimeException e) {
            close(opened);
            throw e;
        }
    }

    private void look(int mine, List<String> ids) {
        CompletableFuture<?>[] looks =
                ids.stream().map(id -> inspector.look(id).toCompletableFuture()).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(looks).whenComplete((done, failure) -> {
            if (mine == turn && !closed) {
                failures = 0;
                log.info("The Docker Engine is there, with {} containers of this node", ids.size());
                listener.up(new HashSet<>(ids));
            }
        });
    }

    /** The Engine does not answer: begins anew, and again until it does. */
    void lost(String why) {
        turn++;
        close(stream);
        stream = null;
        Duration delay = Duration.ofMillis(Math.min(250L << Math.min(failures++, 10), LONGEST.toMillis()));
        if (failures == 1) {
            log.warn("The Docker Engine is not there: {}; trying again", why);
        }
        listener.down(why);
        loop.after(delay, () -> {
            if (!closed) {
                start();
            }
        });
    }

    void stop() {
        closed = true;
        turn++;
        close(stream);
    }

    private static void close(AutoCloseable stream) {
        if (stream == null) {
            return;
        }
        try {
            stream.close();
        } catch (Exception e) {
            log.debug("The Engine's events cannot be closed", e);
        }
    }
}
