package io.everynode.nodes.agent;

import io.everynode.nodes.agent.plan.BackOff;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.ContainerSpec;
import io.everynode.nodes.agent.plan.ObjectRef;
import io.everynode.nodes.agent.plan.PodAction;
import io.everynode.nodes.agent.plan.PodSeen;
import io.everynode.nodes.agent.plan.PodSeen.Failure;
import io.everynode.nodes.agent.plan.PodSeen.Stop;
import io.everynode.nodes.agent.plan.PodStatus;
import io.everynode.nodes.agent.plan.PodSync;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.agent.plan.PodView.Fate;
import io.everynode.nodes.agent.plan.Unsupported;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Pod on this node: gathers what is known of it, has {@link PodSync} decide, and has that carried out. Confined to
 * the loop's thread.
 */
final class PodRunner {

    /**
     * What all runners of an agent share.
     *
     * @param ready whether enough is known, of Pods and containers, to do anything
     * @param forgotten is told the UID of a Pod that is gone, with all that was its own
     * @param objects tells of changes of what volumes show
     */
    record Shared(
            HollowLoop loop,
            Executor pool,
            AgentApi api,
            PodOperations operations,
            Inspector inspector,
            EventRecorder events,
            Handlers handlers,
            PodStatus.Host host,
            BooleanSupplier ready,
            Consumer<String> forgotten,
            ObjectWatches objects) {}

    private static final Logger log = LoggerFactory.getLogger(PodRunner.class);

    private final Shared shared;
    private final PodStatusWriter writer;
    private final Prober prober;
    private final Map<String, ContainerFacts> containers = new HashMap<>();
    private final Set<String> busy = new HashSet<>();
    private final Map<String, Failure> failures = new HashMap<>();
    private final Map<String, Stop> stops = new HashMap<>();
    private PodView pod;
    private final VolumesFollower volumes;
    private final Map<String, Integer> backOffsTold = new HashMap<>();
    private final Set<String> crashesTold = new HashSet<>();
    private boolean confirmed;
    private boolean refusalTold;
    private boolean syncDue;
    private Instant wakeAt;

    PodRunner(PodView pod, Shared shared) {
        this.shared = shared;
        this.pod = pod;
        this.prober = new Prober(shared.loop(), shared.pool(), shared.handlers(), shared.events(), this::sync);
        this.writer = new PodStatusWriter(shared.api(), shared.loop(), () -> {
            confirmed = true;
            busy.remove(new PodAction.ConfirmEnd().key());
            sync();
        });
        this.volumes = new VolumesFollower(shared.objects());
        if (pod.fate() != Fate.GONE) {
            writer.seen(pod);
        }
    }

    PodView pod() {
        return pod;
    }

    void seen(PodView given) {
        if (volumes.seen(pod, given)) {
            failures.remove(PodAction.PrepareVolumes.KEY);
        }
        pod = given;
        writer.seen(given);
        sync();
    }

    /** Of what its volumes show there is another version. */
    void objectChanged() {
        if (volumes.state(pod).stale()) {
            failures.remove(PodAction.PrepareVolumes.KEY);
            sync();
        }
    }

    void gone() {
        volumes.forget(pod);
        pod = pod.gone();
        sync();
    }

    void container(ContainerFacts facts) {
        containers.put(facts.id(), facts);
        if (!facts.running()) {
            stops.remove(facts.id());
            prober.ended(facts.id());
        }
        sync();
    }

    void containerGone(String id) {
        containers.remove(id);
        stops.remove(id);
        prober.ended(id);
        sync();
    }

    /** Decides anew, soon; however often it is called meanwhile, once. */
    void sync() {
        if (!syncDue) {
            syncDue = true;
            shared.loop().execute(() -> {
                syncDue = false;
                if (shared.ready().getAsBoolean()) {
                    decide();
                }
            });
        }
    }

    private void decide() {
        Instant now = shared.loop().now();
        probe();
        PodSync.Decision decision = PodSync.decide(pod, facts(), now);
        decision.actions().forEach(this::begin);
        if (decision.wakeAt() != null) {
            wake(decision.wakeAt(), now);
        }
        if (pod.fate() != Fate.GONE && !confirmed) {
            writer.want(PodStatus.of(pod, facts(), shared.host(), writer.there(), now));
            tellBackOffs(now);
        }
        if (!refusalTold && pod.fate() == Fate.RUN) {
            List<String> unsupported = Unsupported.of(pod);
            refusalTold = true;
            if (!unsupported.isEmpty()) {
                String message = "this node's agent does not support: " + String.join(", ", unsupported);
                shared.events().warning(pod, "", Unsupported.REASON, message);
            }
        }
    }

    private PodSeen facts() {
        return new PodSeen(
                List.copyOf(containers.values()),
                busy,
                failures,
                stops,
                prober.health(),
                volumes.state(pod),
                confirmed);
    }

    private void wake(Instant at, Instant now) {
        if (wakeAt != null && !wakeAt.isAfter(at) && wakeAt.isAfter(now)) {
            return;
        }
        wakeAt = at;
        shared.loop().after(Duration.between(now, at), this::sync);
    }

    private void probe() {
        if (pod.fate() != Fate.RUN) {
            return;
        }
        for (ContainerSpec spec : pod.allContainers()) {
            PodSeen seen = facts();
            seen.newest(spec.name())
                    .filter(container -> container.running() && !seen.beginning(spec))
                    .ifPresent(container -> seen.sandbox()
                            .ifPresent(sandbox -> prober.running(
                                    pod, spec, container, shared.operations().podIp(pod, sandbox))));
        }
    }

    // What was decided

    private void begin(PodAction action) {
        PodOperations operations = shared.operations();
        PodView now = pod;
        if (action instanceof PodAction.PrepareVolumes) {
            String ip = facts().sandbox().map(ContainerFacts::ip).orElse("");
            Map<ObjectRef, String> told = volumes.told(now);
            carryOut(action, () -> {
                PodOperations.Prepared prepared = operations.prepareVolumes(now, ip);
                shared.loop().execute(() -> volumes.prepared(now, told, pod, prepared));
                return "";
            });
        } else if (action instanceof PodAction.StartSandbox start) {
            carryOut(action, () -> operations.startSandbox(now, start));
        } else if (action instanceof PodAction.StartContainer start) {
            carryOut(action, () -> operations.startContainer(now, start));
        } else if (action instanceof PodAction.BeginStop stop) {
            beginStop(stop);
        } else if (action instanceof PodAction.Signal signal) {
            signal(signal);
        } else if (action instanceof PodAction.Remove remove) {
            carryOut(action, () -> {
                operations.remove(remove.container());
                return remove.container().id();
            });
        } else if (action instanceof PodAction.Forget) {
            carryOut(action, () -> {
                operations.forget(now);
                return "";
            });
        } else if (action instanceof PodAction.ConfirmEnd) {
            busy.add(action.key());
            writer.want(PodStatus.of(
                    pod, facts(), shared.host(), writer.there(), shared.loop().now()));
            writer.end();
        }
    }

    /** @param work gives the ID of the container that it has changed, "" for none */
    private void carryOut(PodAction action, Callable<String> work) {
        busy.add(action.key());
        CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return work.call();
                            } catch (Exception e) {
                                throw new CompletionException(e);
                            }
                        },
                        shared.pool())
                .whenComplete((id, failure) -> shared.loop().execute(() -> {
                    if (failure != null) {
                        failed(action, failure.getCause() == null ? failure : failure.getCause());
                        lookAtAll(action);
                    } else {
                        failures.remove(action.key());
                        look(action, id);
                    }
                }));
    }

    private void look(PodAction action, String id) {
        if (id.isEmpty()) {
            finished(action);
        } else {
            shared.inspector().look(id).thenRun(() -> finished(action));
        }
    }

    /** What a failed action has left is told by the Engine's events, which may come later. */
    private void lookAtAll(PodAction action) {
        CompletableFuture<?>[] looks = containers.keySet().stream()
                .map(id -> shared.inspector().look(id).toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(looks).thenRun(() -> finished(action));
    }

    private void finished(PodAction action) {
        busy.remove(action.key());
        if (action instanceof PodAction.Forget && !failures.containsKey(action.key())) {
            shared.forgotten().accept(pod.uid());
            return;
        }
        sync();
    }

    private void failed(PodAction action, Throwable why) {
        Failure before = failures.get(action.key());
        int count = before == null ? 1 : before.count() + 1;
        String reason = why instanceof OperationFailure failure ? failure.reason() : "ContainerCreating";
        String event = why instanceof OperationFailure failure ? failure.event() : "";
        String message = why.getMessage() == null ? "" + why : why.getMessage();
        log.info("Pod {}: {} failed: {}", pod.text(), action.key(), message);
        Duration delay = BackOff.afterFailures(count);
        failures.put(
                action.key(),
                new Failure(reason, message, count, shared.loop().now().plus(delay)));
        if (!event.isEmpty()) {
            String container = action instanceof PodAction.StartContainer start
                    ? start.spec().name()
                    : "";
            boolean plain = event.equals("FailedMount") || event.equals("FailedCreatePodSandBox");
            shared.events()
                    .warning(
                            pod,
                            container,
                            event,
                            plain || reason.startsWith("ErrImage") ? message : "Error: " + message);
            if (reason.startsWith("ErrImage")) {
                shared.events().warning(pod, container, "Failed", "Error: " + reason);
            }
        }
    }

    /** As a kubelet tells it, once for each failed pull. */
    private void tellBackOffs(Instant now) {
        PodSeen seen = facts();
        for (ContainerSpec spec : pod.allContainers()) {
            ContainerFacts newest = seen.newest(spec.name()).orElse(null);
            if (newest != null
                    && PodStatus.backsOff(pod, spec, newest, now)
                    && crashesTold.add(spec.name() + " " + newest.attempt())) {
                String message = "Back-off restarting failed container " + spec.name() + " in pod " + pod.text();
                shared.events().warning(pod, spec.name(), "BackOff", message);
            }
            Failure failure = failures.get(PodAction.StartContainer.key(spec));
            if (failure != null
                    && failure.shownReason(now).equals("ImagePullBackOff")
                    && !Integer.valueOf(failure.count()).equals(backOffsTold.put(spec.name(), failure.count()))) {
                String message = "Back-off pulling image \"" + spec.image() + "\"";
                shared.events().normal(pod, spec.name(), "BackOff", message);
                shared.events().warning(pod, spec.name(), "Failed", "Error: ImagePullBackOff");
            }
        }
    }

    private void beginStop(PodAction.BeginStop action) {
        ContainerFacts container = action.container();
        Stop before = stops.get(container.id());
        if (before != null) {
            // It has less time than it was given first.
            stops.put(
                    container.id(),
                    new Stop(
                            before.begunAt(),
                            action.graceSeconds(),
                            before.hookDone(),
                            before.signalled(),
                            before.killed()));
            sync();
            return;
        }
        boolean hook = action.spec() != null && action.spec().hasPreStop() && action.graceSeconds() > 0;
        stops.put(container.id(), new Stop(shared.loop().now(), action.graceSeconds(), !hook, false, false));
        shared.events().normal(pod, container.name(), "Killing", action.why());
        if (hook) {
            Optional<ContainerFacts> sandbox = facts().sandbox();
            String ip =
                    sandbox.map(each -> shared.operations().podIp(pod, each)).orElse("");
            PodView now = pod;
            CompletableFuture.runAsync(
                            () -> shared.operations()
                                    .preStop(
                                            now,
                                            action.spec(),
                                            container,
                                            ip,
                                            Duration.ofSeconds(action.graceSeconds())),
                            shared.pool())
                    .whenComplete((none, failure) -> shared.loop().execute(() -> {
                        stops.computeIfPresent(
                                container.id(),
                                (id, stop) -> new Stop(
                                        stop.begunAt(), stop.graceSeconds(), true, stop.signalled(), stop.killed()));
                        sync();
                    }));
        }
        sync();
    }

    private void signal(PodAction.Signal action) {
        String id = action.container().id();
        stops.computeIfPresent(
                id,
                (same, stop) -> new Stop(stop.begunAt(), stop.graceSeconds(), stop.hookDone(), true, action.kill()));
        carryOut(action, () -> {
            shared.operations().signal(action.container(), action.kill());
            return id;
        });
    }
}
