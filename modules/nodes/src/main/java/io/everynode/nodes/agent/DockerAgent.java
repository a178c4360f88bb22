package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.PodStatus;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.HttpSettings;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node whose Pods run as containers of a Docker Engine. It keeps nothing that the API or the labels of containers do
 * not hold, so that it may end at any moment and another one goes on.
 */
public final class DockerAgent implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DockerAgent.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long IDLE_SECONDS = 30;

    private final AgentSettings settings;
    private final Engine engine;
    private final FileLock lock;
    private final HollowLoop loop = HollowLoop.thread("agent");
    private final ExecutorService pool;
    private final AgentApi api;
    private final NodeReporter reporter;
    private final EngineWatch engineWatch;
    private final PodRunner.Shared shared;
    private final EventRecorder events;
    private final Map<String, PodRunner> pods = new HashMap<>();
    /** Which Pod each container is of. */
    private final Map<String, String> owners = new HashMap<>();

    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private Set<String> listed;
    private boolean podsKnown;
    private boolean engineUp;
    private boolean swept;

    private DockerAgent(AgentSettings settings, Engine engine, FileLock lock, ClusterAccess access, HttpSettings http)
            throws IOException {
        this.settings = settings;
        this.engine = engine;
        this.lock = lock;
        this.pool = threads();
        this.api = new AgentApi(loop, access, http, PATIENCE);
        Engine.Info info = engine.info();
        NodeFacts facts = NodeFacts.read(
                settings.node(), settings.address(), info.cpus(), info.memoryBytes(), settings.rootDirectory());
        this.reporter = new NodeReporter(settings, api, loop, facts, info);
        this.events = new EventRecorder(api, settings.node());
        Handlers handlers = new Handlers(engine);
        PodOperations operations = new PodOperations(
                settings,
                engine,
                new ObjectReader(api),
                events,
                handlers,
                facts,
                access.servers().get(0));
        Inspector inspector = new Inspector(engine, pool, loop, this::inspected);
        this.shared = new PodRunner.Shared(
                loop,
                pool,
                api,
                operations,
                inspector,
                events,
                handlers,
                new PodStatus.Host(facts.addresses()),
                () -> podsKnown && engineUp,
                pods::remove,
                new ObjectWatches(
                        api, loop, uid -> Optional.ofNullable(pods.get(uid)).ifPresent(PodRunner::objectChanged)));
        this.engineWatch = new EngineWatch(settings.node(), engine, inspector, pool, loop, new EngineWatch.Listener() {
            @Override
            public void up(Set<String> containers) {
                engineBack(containers);
            }

            @Override
            public void down(String why) {
                engineUp = false;
                reporter.engine(why);
            }
        });
    }

    /** Threads for calls that block: as many as are needed, and they end when they are not. */
    private static ExecutorService threads() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "agent-work-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Begins.
     *
     * @param engine is closed with the agent
     * @throws IOException when the root directory cannot be used, or another agent uses it
     */
    public static DockerAgent start(AgentSettings settings, Engine engine, ClusterAccess access, HttpSettings http)
            throws IOException {
        Files.createDirectories(settings.rootDirectory());
        FileLock lock = lock(settings.rootDirectory());
        DockerAgent agent = new DockerAgent(settings, engine, lock, access, http);
        agent.loop.execute(agent::begin);
        return agent;
    }

    private static FileLock lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("another agent uses " + directory);
        }
        return lock;
    }

    private void begin() {
        api.start();
        reporter.start();
        reporter.registered().whenComplete((none, failure) -> {
            if (failure != null) {
                started.completeExceptionally(failure);
                return;
            }
            events.node("Normal", "Starting", "Starting kubelet.");
            engineWatch.start();
            api.watchPods(settings.node(), new PodWatch());
        });
    }

    /** Done when the node is registered and its Pods and containers are known; fails when the API refuses it. */
    public CompletionStage<Void> started() {
        return started;
    }

    /** That the node gives as its own. */
    public String address() {
        return shared.host().ips().get(0);
    }

    /** Addresses and names that the Node says lead to it. */
    public List<String> reachedBy() {
        return reporter.reachedBy();
    }

    /** As this node, for what else is to be asked in its name, on its {@link #loop()}. */
    public AgentApi api() {
        return api;
    }

    public HollowLoop loop() {
        return loop;
    }

    /** The Pods of this node as the API has told them, a v1 PodList. Blocks for a moment; from any other thread. */
    public ObjectNode pods() {
        CompletableFuture<ObjectNode> told = new CompletableFuture<>();
        loop.execute(() -> {
            ObjectNode list = Json.object().put("apiVersion", "v1").put("kind", "PodList");
            list.putObject("metadata");
            ArrayNode items = list.putArray("items");
            for (PodRunner each : pods.values()) {
                if (each.pod().fate() != PodView.Fate.GONE) {
                    items.add(each.pod().tree().deepCopy());
                }
            }
            told.complete(list);
        });
        return told.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    // What the API tells

    private final class PodWatch implements AgentApi.PodListener {
        @Override
        public void listing() {
            listed = new HashSet<>();
        }

        @Override
        public void listed() {
            Set<String> there = listed;
            listed = null;
            podsKnown = true;
            for (PodRunner each : List.copyOf(pods.values())) {
                if (!there.contains(each.pod().uid())) {
                    each.gone();
                }
            }
            bothKnown();
        }

        @Override
        public void seen(ObjectNode tree) {
            PodView pod = PodView.of(tree);
            if (listed != null) {
                listed.add(pod.uid());
            }
            PodRunner known = pods.get(pod.uid());
            if (known != null) {
                known.seen(pod);
            } else {
                PodRunner runner = new PodRunner(pod, shared);
                pods.put(pod.uid(), runner);
                runner.sync();
            }
        }

        @Override
        public void gone(String uid) {
            PodRunner known = pods.get(uid);
            if (known != null) {
                known.gone();
            }
        }

        @Override
        public void refused(String why) {
            started.completeExceptionally(new IllegalStateException(why));
        }
    }

    // What the Engine tells

    private void inspected(String id, Optional<ContainerFacts> facts) {
        if (facts.isEmpty()) {
            PodRunner owner = pods.get(owners.getOrDefault(id, ""));
            owners.remove(id);
            if (owner != null) {
                owner.containerGone(id);
            }
            return;
        }
        String uid = facts.get().podUid();
        owners.put(id, uid);
        // A container of a Pod that is not known may be of one that is gone: once Pods are listed, that is told.
        pods.computeIfAbsent(uid, unknown -> new PodRunner(PodView.gone(facts.get()), shared))
                .container(facts.get());
    }

    private void engineBack(Set<String> containers) {
        for (String id : List.copyOf(owners.keySet())) {
            if (!containers.contains(id)) {
                shared.inspector().look(id);
            }
        }
        engineUp = true;
        reporter.engine("");
        bothKnown();
    }

    private void bothKnown() {
        if (!podsKnown || !engineUp) {
            return;
        }
        pods.values().forEach(PodRunner::sync);
        if (!swept) {
            swept = true;
            sweep(Set.copyOf(pods.keySet()));
        }
        started.complete(null);
    }

    /** Removes directories of Pods that ended while there was no agent. */
    private void sweep(Set<String> known) {
        Path directory = settings.rootDirectory().resolve("pods");
        pool.execute(() -> {
            if (!Files.isDirectory(directory)) {
                return;
            }
            try (var found = Files.list(directory)) {
                for (Path each : found.toList()) {
                    if (!known.contains(each.getFileName().toString())) {
                        PodVolumes.remove(each);
                    }
                }
            } catch (IOException e) {
                log.warn("Directories of former Pods stay: {}", "" + e);
            }
        });
    }

    /** Leaves Pods running. */
    @Override
    public void close() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        loop.execute(() -> {
            engineWatch.stop();
            api.close();
            stopped.complete(null);
        });
        stopped.orTimeout(5, TimeUnit.SECONDS).exceptionally(late -> null).join();
        loop.close();
        pool.shutdownNow();
        engine.close();
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            log.debug("The lock cannot be closed", e);
        }
    }
}
