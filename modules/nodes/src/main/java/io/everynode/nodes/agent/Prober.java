package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.ContainerSpec;
import io.everynode.nodes.agent.plan.PodSeen.Health;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.agent.plan.ProbeCount;
import io.everynode.nodes.api.HollowLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The probes of one Pod's containers: a timer for each, no two runs of one at a time. Confined to the loop's thread.
 */
final class Prober {

    private static final String STARTUP = "startupProbe";
    private static final List<String> PROBES = List.of(STARTUP, "livenessProbe", "readinessProbe");

    private final HollowLoop loop;
    private final Executor pool;
    private final Handlers handlers;
    private final EventRecorder events;
    private final Runnable changed;

    /** By container, then by probe. */
    private final Map<String, Map<String, ProbeCount>> counts = new HashMap<>();

    private final Set<String> begun = new HashSet<>();

    /** @param changed is told when what probes say has changed */
    Prober(HollowLoop loop, Executor pool, Handlers handlers, EventRecorder events, Runnable changed) {
        this.loop = loop;
        this.pool = pool;
        this.handlers = handlers;
        this.events = events;
        this.changed = changed;
    }

    /** What probes say of each running container that has some. */
    Map<String, Health> health() {
        Map<String, Health> health = new HashMap<>();
        counts.forEach((id, probes) -> {
            ProbeCount startup = probes.get(STARTUP);
            ProbeCount liveness = probes.get("livenessProbe");
            ProbeCount readiness = probes.get("readinessProbe");
            boolean unhealthy = (startup != null && startup.failed()) || (liveness != null && liveness.failed());
            health.put(
                    id,
                    new Health(
                            startup == null || startup.passes(), readiness == null || readiness.passes(), unhealthy));
        });
        return health;
    }

    /** Begins with a container that runs; called again for the same, nothing happens. */
    void running(PodView pod, ContainerSpec spec, ContainerFacts container, String podIp) {
        for (String probe : PROBES) {
            if (spec.has(probe) && begun.add(container.id() + " " + probe)) {
                counts.computeIfAbsent(container.id(), id -> new HashMap<>()).put(probe, ProbeCount.first(probe));
                Instant first = container
                        .startedAt()
                        .plusSeconds(spec.tree()
                                .path(probe)
                                .path("initialDelaySeconds")
                                .asLong(0));
                Duration delay = Duration.between(loop.now(), first);
                Watched watched = new Watched(pod, spec, container, podIp, probe);
                loop.after(delay.isNegative() ? Duration.ZERO : delay, () -> probe(watched));
            }
        }
    }

    void ended(String id) {
        counts.remove(id);
        PROBES.forEach(probe -> begun.remove(id + " " + probe));
    }

    private record Watched(PodView pod, ContainerSpec spec, ContainerFacts container, String podIp, String probe) {
        JsonNode tree() {
            return spec.tree().path(probe);
        }
    }

    private void probe(Watched watched) {
        Map<String, ProbeCount> own = counts.get(watched.container().id());
        if (own == null) {
            return;
        }
        ProbeCount startup = own.get(STARTUP);
        boolean started = startup == null || startup.passes();
        if (watched.probe().equals(STARTUP) == started && startup != null) {
            // Before the start only the startup probe runs, and never again after it.
            if (!started) {
                again(watched);
            }
            return;
        }
        Duration timeout =
                Duration.ofSeconds(watched.tree().path("timeoutSeconds").asLong(1));
        CompletableFuture.supplyAsync(
                        () -> handlers.run(
                                watched.tree(), watched.spec(), watched.container(), watched.podIp(), timeout),
                        pool)
                .whenComplete((result, failure) -> loop.execute(
                        () -> told(watched, failure == null ? result : new Handlers.Result(false, "" + failure))));
    }

    private void told(Watched watched, Handlers.Result result) {
        Map<String, ProbeCount> own = counts.get(watched.container().id());
        if (own == null) {
            return;
        }
        ProbeCount before = own.get(watched.probe());
        ProbeCount after = before.after(result.success(), watched.tree());
        own.put(watched.probe(), after);
        if (!result.success()) {
            String name = Character.toUpperCase(watched.probe().charAt(0))
                    + watched.probe().substring(1).replace("Probe", "");
            events.warning(
                    watched.pod(), watched.spec().name(), "Unhealthy", name + " probe failed: " + result.message());
        }
        if (before.passes() != after.passes() || before.failed() != after.failed()) {
            changed.run();
        }
        again(watched);
    }

    private void again(Watched watched) {
        loop.after(Duration.ofSeconds(watched.tree().path("periodSeconds").asLong(10)), () -> probe(watched));
    }
}
