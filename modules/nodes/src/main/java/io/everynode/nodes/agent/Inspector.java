package io.everynode.nodes.agent;

import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.agent.docker.EngineException;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.api.HollowLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at containers, one look at each at a time, so that an older look never comes after a newer one. Confined to the
 * loop's thread.
 */
final class Inspector {

    private static final Logger log = LoggerFactory.getLogger(Inspector.class);

    private final Engine engine;
    private final Executor pool;
    private final HollowLoop loop;
    private final BiConsumer<String, Optional<ContainerFacts>> told;

    /** Who waits for the look after the one under way, by container. */
    private final Map<String, List<CompletableFuture<Void>>> looking = new HashMap<>();

    /** @param told gets what was seen, empty when the container is gone, on the loop's thread */
    Inspector(Engine engine, Executor pool, HollowLoop loop, BiConsumer<String, Optional<ContainerFacts>> told) {
        this.engine = engine;
        this.pool = pool;
        this.loop = loop;
        this.told = told;
    }

    /** Completes, on the loop's thread, when a look that began after this call was told, or the Engine is away. */
    CompletionStage<Void> look(String id) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        List<CompletableFuture<Void>> next = looking.get(id);
        if (next != null) {
            next.add(done);
        } else {
            begin(id, List.of(done));
        }
        return done;
    }

    private void begin(String id, List<CompletableFuture<Void>> waiting) {
        looking.put(id, new ArrayList<>());
        CompletableFuture.supplyAsync(() -> engine.inspect(id), pool)
                .whenComplete((facts, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        told.accept(id, facts);
                    } else {
                        boolean away =
                                failure.getCause() instanceof EngineException engineFailure && engineFailure.away();
                        log.info("Container {} cannot be looked at{}: {}", id, away ? " now" : "", "" + failure);
                    }
                    List<CompletableFuture<Void>> next = looking.remove(id);
                    if (!next.isEmpty()) {
                        begin(id, next);
                    }
                    waiting.forEach(each -> each.complete(null));
                }));
    }
}
