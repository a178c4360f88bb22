package io.everynode.nodes.agent.plan;

import io.everynode.nodes.agent.plan.ContainerFacts.State;
import io.everynode.nodes.agent.plan.ContainerSpec.Type;
import io.everynode.nodes.agent.plan.PodSeen.Failure;
import io.everynode.nodes.agent.plan.PodSeen.Stop;
import io.everynode.nodes.agent.plan.PodView.Fate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node does next for one Pod, given the Pod, its containers, the results of probes and the time
 * (kubernetes/pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions). Pure: the same facts give the same
 * actions, and facts that an action has changed give what comes after it, so that an agent may die between any two.
 */
public final class PodSync {

    /** A kubelet leaves a container at least so long between its signal and SIGKILL, however long its hook took. */
    private static final long LEAST_GRACE = 2;

    /**
     * @param actions to be begun now, in any order
     * @param wakeAt when to decide again even if nothing is heard; null for never
     */
    public record Decision(List<PodAction> actions, Instant wakeAt) {}

    private final PodView pod;
    private final PodSeen seen;
    private final Instant now;
    private final List<PodAction> actions = new ArrayList<>();
    private Instant wakeAt;

    private PodSync(PodView pod, PodSeen seen, Instant now) {
        this.pod = pod;
        this.seen = seen;
        this.now = now;
    }

    public static Decision decide(PodView pod, PodSeen seen, Instant now) {
        PodSync sync = new PodSync(pod, seen, now);
        if (pod.fate() != Fate.RUN || PodStatus.overdue(pod, now)) {
            sync.end();
        } else if (Unsupported.of(pod).isEmpty()) {
            sync.run();
        }
        PodStatus.deadline(pod).filter(now::isBefore).ifPresent(sync::wake);
        return new Decision(List.copyOf(sync.actions), sync.wakeAt);
    }

    // The end of a Pod

    private void end() {
        for (ContainerFacts each : seen.containers()) {
            if (each.running() && !each.isSandbox() && !isNeeded(each)) {
                stop(each, pod.graceSeconds(), "Stopping container " + each.name());
            }
        }
        boolean starting = seen.busy().stream().anyMatch(key -> key.startsWith("start ") || key.equals("sandbox"));
        if (starting || seen.any(each -> each.running() && !each.isSandbox())) {
            return;
        }
        seen.containers().stream()
                .filter(ContainerFacts::running)
                .forEach(each -> add(new PodAction.Signal(each, true)));
        if (seen.any(ContainerFacts::running)) {
            return;
        }
        if (pod.fate() == Fate.END && !seen.confirmed()) {
            addUnlessWaiting(new PodAction.ConfirmEnd());
        } else if (pod.fate() == Fate.GONE && seen.containers().isEmpty()) {
            addUnlessWaiting(new PodAction.Forget());
        } else if (pod.fate() == Fate.GONE) {
            seen.containers().forEach(each -> addUnlessWaiting(new PodAction.Remove(each)));
        }
    }

    /**
     * Whether something runs that began after it, which ends first (kuberuntime_termination_order.go). Other containers
     * wait for nobody.
     */
    private boolean isNeeded(ContainerFacts container) {
        return order(container) >= 0
                && seen.any(other ->
                        other.running() && !other.isSandbox() && (order(other) < 0 || order(other) > order(container)));
    }

    /** A sidecar's place among the init containers; -1 for anything else. */
    private int order(ContainerFacts container) {
        for (int i = 0; i < pod.initContainers().size(); i++) {
            ContainerSpec spec = pod.initContainers().get(i);
            if (spec.type() == Type.SIDECAR && spec.name().equals(container.name())) {
                return i;
            }
        }
        return -1;
    }

    private Optional<ContainerSpec> spec(ContainerFacts container) {
        return pod.allContainers().stream()
                .filter(each -> each.name().equals(container.name()))
                .findFirst();
    }

    /** The next step of a container's end: its hook, its signal, and SIGKILL when its time is over. */
    private void stop(ContainerFacts container, long grace, String why) {
        Stop stop = seen.stops().get(container.id());
        ContainerSpec spec = spec(container).orElse(null);
        if (stop == null || grace < stop.graceSeconds()) {
            add(new PodAction.BeginStop(container, spec, grace, why));
            return;
        }
        Instant deadline = stop.begunAt().plusSeconds(stop.graceSeconds());
        boolean over = !now.isBefore(deadline);
        if (!stop.signalled() && (stop.hookDone() || over)) {
            add(new PodAction.Signal(container, stop.graceSeconds() == 0));
        } else if (stop.signalled() && !stop.killed()) {
            boolean hooked = spec != null && spec.hasPreStop();
            Instant kill = hooked ? deadline.plusSeconds(LEAST_GRACE) : deadline;
            if (now.isBefore(kill)) {
                wake(kill);
            } else {
                add(new PodAction.Signal(container, true));
            }
        } else if (!stop.signalled()) {
            wake(deadline);
        }
    }

    // A Pod that runs

    private void run() {
        if (!seen.volumes().ready()) {
            addUnlessWaiting(new PodAction.PrepareVolumes());
            return;
        }
        refresh();
        Optional<ContainerFacts> sandbox = sandbox();
        if (sandbox.isEmpty()) {
            return;
        }
        boolean goOn = true;
        boolean mainBegun = pod.containers().stream()
                .anyMatch(spec -> newestIn(sandbox.get(), spec).isPresent());
        for (ContainerSpec spec : pod.initContainers()) {
            // Once the Pod has come past its init containers they are not looked at any more, except for sidecars.
            if (goOn && !(mainBegun && spec.type() == Type.INIT)) {
                goOn = init(spec, sandbox.get());
            }
        }
        if (goOn || mainBegun) {
            pod.containers().forEach(spec -> keep(spec, sandbox.get()));
        }
        collect();
    }

    /** Volumes follow what they show while containers run. */
    private void refresh() {
        Instant renewAt = seen.volumes().renewAt();
        if (seen.volumes().stale() || (renewAt != null && !now.isBefore(renewAt))) {
            addUnlessWaiting(new PodAction.PrepareVolumes());
        } else if (renewAt != null) {
            wake(renewAt);
        }
    }

    /** The sandbox if it runs; else what brings one about. */
    private Optional<ContainerFacts> sandbox() {
        ContainerFacts newest = seen.sandbox().orElse(null);
        if (newest == null) {
            addUnlessWaiting(new PodAction.StartSandbox(0, ""));
            return Optional.empty();
        }
        if (newest.state() == State.CREATED) {
            addUnlessWaiting(new PodAction.StartSandbox(newest.attempt(), newest.id()));
            return Optional.empty();
        }
        boolean leftOver = false;
        for (ContainerFacts each : seen.containers()) {
            boolean old = newest.ended() || !each.sandboxId().equals(newest.id());
            if (!each.isSandbox() && each.running() && old) {
                leftOver = true;
                stop(each, 0, "Pod sandbox changed, it will be killed and re-created.");
            }
        }
        if (leftOver) {
            return Optional.empty();
        }
        if (newest.ended()) {
            if (!finished()) {
                addUnlessWaiting(new PodAction.StartSandbox(newest.attempt() + 1, ""));
            }
            return Optional.empty();
        }
        return Optional.of(newest);
    }

    /** Whether nothing of it is to run again. */
    private boolean finished() {
        return pod.containers().stream()
                .allMatch(spec -> seen.newest(spec.name())
                        .filter(each -> each.ended() && !restarts(spec, each))
                        .isPresent());
    }

    private Optional<ContainerFacts> newestIn(ContainerFacts sandbox, ContainerSpec spec) {
        return seen.newest(spec.name()).filter(each -> each.sandboxId().equals(sandbox.id()));
    }

    /** @return whether the next one may begin */
    private boolean init(ContainerSpec spec, ContainerFacts sandbox) {
        ContainerFacts newest = newestIn(sandbox, spec).orElse(null);
        if (spec.type() == Type.INIT && newest != null && newest.ended() && newest.exitCode() == 0) {
            return true;
        }
        keep(spec, sandbox);
        return spec.type() == Type.SIDECAR && newest != null && seen.started(spec, newest);
    }

    /** Sees to it that a container runs that is wanted. */
    private void keep(ContainerSpec spec, ContainerFacts sandbox) {
        ContainerFacts newest = seen.newest(spec.name()).orElse(null);
        if (newest == null) {
            start(spec, 0, 0, sandbox, "");
        } else if (newest.state() == State.CREATED && newest.sandboxId().equals(sandbox.id())) {
            start(spec, newest.attempt(), newest.backOffSeconds(), sandbox, newest.id());
        } else if (newest.running()) {
            if (!newest.specHash().equals(spec.hash())) {
                stop(newest, pod.graceSeconds(), "Container " + spec.name() + " definition changed, will be restarted");
            } else if (seen.unhealthy(newest) || seen.stops().containsKey(newest.id())) {
                String probe = seen.started(spec, newest) ? "liveness" : "startup";
                long grace = graceOf(spec, probe + "Probe");
                stop(newest, grace, "Container " + spec.name() + " failed " + probe + " probe, will be restarted");
            }
        } else if (!newest.sandboxId().equals(sandbox.id())) {
            // Its network is gone with its sandbox: that is not its own failure.
            if (newest.state() == State.CREATED || spec.type() == Type.INIT || restarts(spec, newest)) {
                start(spec, newest.attempt() + 1, newest.backOffSeconds(), sandbox, "");
            }
        } else if (restarts(spec, newest)) {
            BackOff.Next next = BackOff.after(newest);
            if (now.isBefore(next.startAt())) {
                wake(next.startAt());
            } else {
                start(spec, newest.attempt() + 1, next.backOffSeconds(), sandbox, "");
            }
        }
    }

    /** A probe may have a time of its own. */
    private long graceOf(ContainerSpec spec, String probe) {
        return spec.tree().path(probe).path("terminationGracePeriodSeconds").asLong(pod.graceSeconds());
    }

    private boolean restarts(ContainerSpec spec, ContainerFacts ended) {
        return PodStatus.restarts(pod, spec, ended);
    }

    private void start(ContainerSpec spec, int attempt, long backOff, ContainerFacts sandbox, String existing) {
        addUnlessWaiting(new PodAction.StartContainer(spec, attempt, backOff, sandbox, existing));
    }

    /** The two newest of each name stay, for their logs and the last state; and one sandbox. */
    private void collect() {
        for (ContainerFacts each : seen.containers()) {
            int newest = seen.newest(each.name()).orElse(each).attempt();
            int kept = each.isSandbox() ? 1 : 2;
            if (!each.running() && each.attempt() <= newest - kept) {
                add(new PodAction.Remove(each));
            }
        }
    }

    // What was decided

    private void add(PodAction action) {
        if (!seen.busy().contains(action.key())) {
            actions.add(action);
        }
    }

    private void addUnlessWaiting(PodAction action) {
        Failure failure = seen.failures().get(action.key());
        if (failure != null && now.isBefore(failure.retryAt())) {
            wake(failure.retryAt());
            if (failure.reason().equals("ErrImagePull") && now.isBefore(failure.backOffShownAt())) {
                wake(failure.backOffShownAt());
            }
        } else {
            add(action);
        }
    }

    private void wake(Instant at) {
        wakeAt = wakeAt == null || at.isBefore(wakeAt) ? at : wakeAt;
    }
}
