package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.plan.ContainerSpec.Type;
import io.everynode.nodes.agent.plan.PodView.Fate;
import io.everynode.objects.Json;
import io.everynode.objects.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code status} of a Pod, in the form a kubelet gives it, from the same facts that decide what is done next
 * (kubernetes/pkg/kubelet/kubelet_pods.go, status/generate.go). Pure.
 */
public final class PodStatus {

    /** Who reports: what a Pod's containers look like depends on where it is. */
    public record Host(List<String> ips) {
        public Host {
            ips = List.copyOf(ips);
        }
    }

    private final PodView pod;
    private final PodSeen seen;
    private final Host host;
    private final Instant now;
    private final ObjectNode status = Json.object();

    private PodStatus(PodView pod, PodSeen seen, Host host, Instant now) {
        this.pod = pod;
        this.seen = seen;
        this.host = host;
        this.now = now;
    }

    /** When a Pod that may not be active for ever must have ended; empty while it may, or has. */
    static Optional<Instant> deadline(PodView pod) {
        JsonNode seconds = Json.at(pod.tree(), "spec", "activeDeadlineSeconds");
        String started = Json.text(pod.tree(), "status", "startTime");
        return pod.fate() != Fate.RUN || !seconds.isNumber() || started.isEmpty()
                ? Optional.empty()
                : Optional.of(Instant.parse(started).plusSeconds(seconds.asLong()));
    }

    static boolean overdue(PodView pod, Instant now) {
        return deadline(pod).filter(at -> !now.isBefore(at)).isPresent();
    }

    /** RFC 3339 in whole seconds, as the API prints times. */
    public static String time(Instant at) {
        return Timestamps.seconds(at);
    }

    /**
     * A strategic merge patch: conditions merge by type, everything else is replaced.
     *
     * @param before the status reported last, from which times of transitions are kept
     */
    public static ObjectNode of(PodView pod, PodSeen seen, Host host, JsonNode before, Instant now) {
        return new PodStatus(pod, seen, host, now).status(before);
    }

    private ObjectNode status(JsonNode before) {
        List<String> unsupported = Unsupported.of(pod);
        List<ObjectNode> inits = new ArrayList<>();
        List<ObjectNode> mains = new ArrayList<>();
        pod.initContainers().forEach(spec -> inits.add(container(spec, unsupported)));
        pod.containers().forEach(spec -> mains.add(container(spec, unsupported)));
        boolean initialized = initialized();
        String phase = phase(initialized);
        status.put("phase", phase);
        if (phase.equals("Failed") && overdue(pod, now)) {
            status.put("reason", "DeadlineExceeded")
                    .put("message", "Pod was active on the node longer than the specified deadline");
        }
        boolean over = phase.equals("Failed") || phase.equals("Succeeded");

        PodConditions conditions = new PodConditions(status, before, now);
        conditions.holds("PodScheduled", true, "", "");
        conditions.holds("PodReadyToStartContainers", sandboxRuns(), "", "");
        if (!unsupported.isEmpty()) {
            String message = "this node's agent does not support: " + String.join(", ", unsupported);
            conditions.holds("Initialized", false, Unsupported.REASON, message);
            conditions.holds("Ready", false, Unsupported.REASON, message);
            conditions.holds("ContainersReady", false, Unsupported.REASON, message);
        } else {
            conditions.initialized(initialized, over && phase.equals("Succeeded"), unready(pod.initContainers()));
            conditions.ready(phase, unready(pod.containers()), readinessGates());
        }

        if (!host.ips().isEmpty()) {
            status.put("hostIP", host.ips().get(0));
            host.ips().forEach(ip -> status.withArray("hostIPs").addObject().put("ip", ip));
        }
        podIps(before);
        String started = Json.text(before, "startTime");
        status.put("startTime", started.isEmpty() ? time(now) : started);
        if (!inits.isEmpty()) {
            status.putArray("initContainerStatuses").addAll(inits);
        }
        status.putArray("containerStatuses").addAll(mains);
        return status;
    }

    private void podIps(JsonNode before) {
        String own = seen.sandbox().map(ContainerFacts::ip).orElse("");
        List<String> ips = new ArrayList<>();
        if (pod.hostNetwork()) {
            ips.addAll(host.ips());
        } else if (!own.isEmpty()) {
            ips.add(own);
        } else {
            before.path("podIPs").forEach(ip -> ips.add(Json.text(ip, "ip")));
        }
        if (!ips.isEmpty()) {
            status.put("podIP", ips.get(0));
            ips.forEach(ip -> status.withArray("podIPs").addObject().put("ip", ip));
        }
    }

    private boolean sandboxRuns() {
        return seen.sandbox().filter(ContainerFacts::running).isPresent();
    }

    /** Of containers that do not serve, in the order of the spec. */
    private List<String> unready(List<ContainerSpec> specs) {
        List<String> names = new ArrayList<>();
        for (ContainerSpec spec : specs) {
            if (!ready(spec)) {
                names.add(spec.name());
            }
        }
        return names;
    }

    private boolean ready(ContainerSpec spec) {
        Optional<ContainerFacts> newest = seen.newest(spec.name());
        return spec.type() == Type.INIT
                ? newest.filter(each -> each.ended() && each.exitCode() == 0).isPresent()
                : newest.filter(each -> seen.ready(spec, each)).isPresent();
    }

    /** Those of the Pod's readiness gates that are not met; others set their conditions. */
    private List<String> readinessGates() {
        List<String> missing = new ArrayList<>();
        for (JsonNode gate : Json.at(pod.tree(), "spec", "readinessGates")) {
            String type = Json.text(gate, "conditionType");
            boolean met = false;
            for (JsonNode condition : Json.at(pod.tree(), "status", "conditions")) {
                met |= Json.text(condition, "type").equals(type)
                        && Json.text(condition, "status").equals("True");
            }
            if (!met) {
                missing.add(type);
            }
        }
        return missing;
    }

    /** Whether main containers may run, or have. */
    private boolean initialized() {
        boolean mainBegun = pod.containers().stream()
                .anyMatch(spec -> seen.newest(spec.name()).isPresent());
        return mainBegun
                || pod.initContainers().stream()
                        .allMatch(spec -> spec.type() == Type.INIT
                                ? ready(spec)
                                : seen.newest(spec.name())
                                        .filter(each -> seen.started(spec, each))
                                        .isPresent());
    }

    private String phase(boolean initialized) {
        if (pod.fate() == Fate.REST) {
            return Json.text(pod.tree(), "status", "phase");
        }
        if (overdue(pod, now) && !seen.any(ContainerFacts::running)) {
            return "Failed";
        }
        for (ContainerSpec spec : pod.initContainers()) {
            Optional<ContainerFacts> failed = seen.newest(spec.name())
                    .filter(each -> spec.type() == Type.INIT
                            && each.ended()
                            && each.exitCode() != 0
                            && pod.restartPolicy().equals("Never"));
            if (failed.isPresent()) {
                return "Failed";
            }
        }
        int waiting = 0;
        int running = 0;
        int failed = 0;
        for (ContainerSpec spec : pod.containers()) {
            ContainerFacts newest = seen.newest(spec.name()).orElse(null);
            boolean beginning = newest != null && newest.attempt() == 0 && seen.beginning(spec);
            if (newest == null || newest.state() == ContainerFacts.State.CREATED || (beginning && newest.running())) {
                waiting++;
            } else if (newest.running() || restarts(pod, spec, newest)) {
                running++;
            } else if (newest.exitCode() != 0) {
                failed++;
            }
        }
        if (!initialized || waiting > 0) {
            return "Pending";
        }
        if (running > 0) {
            return "Running";
        }
        return failed > 0 ? "Failed" : "Succeeded";
    }

    /** Whether what has ended runs again. */
    static boolean restarts(PodView pod, ContainerSpec spec, ContainerFacts ended) {
        if (!ended.ended() || (pod.fate() != Fate.RUN && !pod.restartPolicy().equals("Always"))) {
            return false;
        }
        boolean failed = ended.exitCode() != 0;
        return switch (spec.type()) {
            case SIDECAR -> true;
            case INIT -> failed && !pod.restartPolicy().equals("Never");
            case APP ->
                switch (pod.restartPolicy()) {
                    case "Never" -> false;
                    case "OnFailure" -> failed;
                    default -> true;
                };
        };
    }

    private ObjectNode container(ContainerSpec spec, List<String> unsupported) {
        ContainerFacts newest = seen.newest(spec.name()).orElse(null);
        ObjectNode one = Json.object().put("name", spec.name()).put("image", spec.image());
        ObjectNode state = one.putObject("state");
        one.put("ready", ready(spec));
        one.put("restartCount", newest == null ? 0 : newest.attempt());
        one.put("imageID", newest == null ? "" : newest.imageId());
        if (newest != null) {
            one.put("containerID", id(newest));
        }
        if (spec.type() != Type.INIT || newest != null) {
            one.put("started", newest != null && seen.started(spec, newest));
        }
        PodSeen.Failure failure = seen.failures().get(PodAction.StartContainer.key(spec));
        boolean replaced = newest == null || newest.ended();
        if (newest != null && newest.running() && !seen.beginning(spec)) {
            state.putObject("running").put("startedAt", time(newest.startedAt()));
            seen.previous(newest).ifPresent(last -> last(one, last));
        } else if (newest != null && newest.ended() && !waitsAgain(spec, newest, failure)) {
            terminated(state, newest);
            seen.previous(newest).ifPresent(last -> last(one, last));
        } else {
            ObjectNode waiting = state.putObject("waiting");
            if (!unsupported.isEmpty()) {
                waiting.put("reason", Unsupported.REASON).put("message", String.join(", ", unsupported));
            } else if (failure != null && replaced) {
                String reason = failure.shownReason(now);
                waiting.put("reason", reason)
                        .put(
                                "message",
                                reason.equals("ImagePullBackOff")
                                        ? "Back-off pulling image \"" + spec.image() + "\": " + failure.message()
                                        : failure.message());
            } else if (newest != null && newest.ended()) {
                waiting.put("reason", "CrashLoopBackOff")
                        .put(
                                "message",
                                "back-off " + backOff(newest) + " restarting failed container=" + spec.name() + " pod="
                                        + pod.text());
            } else {
                boolean inits = !pod.initContainers().isEmpty();
                waiting.put("reason", inits ? "PodInitializing" : "ContainerCreating");
            }
            if (newest != null && newest.ended()) {
                last(one, newest);
            } else if (newest != null) {
                seen.previous(newest).ifPresent(last -> last(one, last));
            }
        }
        return one;
    }

    /** Whether it shows as waiting for its next start: it cannot be begun, or its back-off is not over. */
    private boolean waitsAgain(ContainerSpec spec, ContainerFacts newest, PodSeen.Failure failure) {
        boolean fails = failure != null && restarts(pod, spec, newest);
        return pod.fate() == Fate.RUN && !overdue(pod, now) && (fails || backsOff(pod, spec, newest, now));
    }

    /** Whether it has ended and is to run again, but not yet. */
    public static boolean backsOff(PodView pod, ContainerSpec spec, ContainerFacts newest, Instant now) {
        return pod.fate() == Fate.RUN
                && restarts(pod, spec, newest)
                && !overdue(pod, now)
                && now.isBefore(BackOff.after(newest).startAt());
    }

    /** As Go prints a duration. */
    private static String backOff(ContainerFacts ended) {
        long seconds = ended.backOffSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }

    private void last(ObjectNode status, ContainerFacts run) {
        if (run.ended()) {
            terminated(status.putObject("lastState"), run);
        }
    }

    private static void terminated(ObjectNode state, ContainerFacts run) {
        String reason = run.oomKilled()
                ? "OOMKilled"
                : !run.error().isEmpty() ? "ContainerCannotRun" : run.exitCode() == 0 ? "Completed" : "Error";
        String message = run.message().isEmpty() ? run.error() : run.message();
        ObjectNode ended =
                state.putObject("terminated").put("exitCode", run.exitCode()).put("reason", reason);
        if (!message.isEmpty()) {
            ended.put("message", message);
        }
        ended.put("startedAt", time(run.startedAt() == null ? run.createdAt() : run.startedAt()))
                .put("finishedAt", time(run.endedAt()))
                .put("containerID", id(run));
    }

    private static String id(ContainerFacts container) {
        return "docker://" + container.id();
    }
}
