package io.everynode.nodes.agent.plan;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a node knows of a Pod besides its object. Immutable.
 *
 * @param containers all that there are, ended ones too
 * @param busy keys of actions under way ({@link PodAction#key})
 * @param failures of what could not be begun, by key of the action
 * @param stops of containers that have been asked to end, by ID
 * @param health of containers with probes, by ID
 * @param volumes what is known of its directories
 * @param confirmed whether its end has been told to the API
 */
public record PodSeen(
        List<ContainerFacts> containers,
        Set<String> busy,
        Map<String, Failure> failures,
        Map<String, Stop> stops,
        Map<String, Health> health,
        VolumesState volumes,
        boolean confirmed) {

    public PodSeen {
        containers = List.copyOf(containers);
        busy = Set.copyOf(busy);
        failures = Map.copyOf(failures);
        stops = Map.copyOf(stops);
        health = Map.copyOf(health);
    }

    public static PodSeen nothing() {
        return new PodSeen(List.of(), Set.of(), Map.of(), Map.of(), Map.of(), VolumesState.NONE, false);
    }

    /**
     * @param ready whether they are there
     * @param stale whether they show something that is no longer so
     * @param renewAt when a token in them is to be renewed; null for never
     */
    public record VolumesState(boolean ready, boolean stale, Instant renewAt) {
        public static final VolumesState NONE = new VolumesState(false, false, null);
        public static final VolumesState READY = new VolumesState(true, false, null);
    }

    /**
     * @param reason as a waiting container shows it, such as ErrImagePull
     * @param retryAt before which it is not tried again
     */
    public record Failure(String reason, String message, int count, Instant retryAt) {

        /** What is shown once the first failure is some moments old. */
        public String shownReason(Instant now) {
            return reason.equals("ErrImagePull") && !now.isBefore(backOffShownAt()) ? "ImagePullBackOff" : reason;
        }

        /** A kubelet shows its failure, and when it comes back to the Pod, that it waits. */
        Instant backOffShownAt() {
            return retryAt.minus(BackOff.afterFailures(count)).plusSeconds(2);
        }
    }

    /**
     * @param begunAt when it was decided
     * @param graceSeconds that it was given
     * @param hookDone whether its preStop hook has ended, or it has none
     */
    public record Stop(Instant begunAt, long graceSeconds, boolean hookDone, boolean signalled, boolean killed) {}

    /**
     * @param started whether the startup probe has succeeded
     * @param ready what the readiness probe says
     * @param unhealthy whether it must be restarted
     */
    public record Health(boolean started, boolean ready, boolean unhealthy) {}

    public Optional<ContainerFacts> newest(String name) {
        ContainerFacts newest = null;
        for (ContainerFacts each : containers) {
            if (each.name().equals(name) && (newest == null || each.attempt() > newest.attempt())) {
                newest = each;
            }
        }
        return Optional.ofNullable(newest);
    }

    public Optional<ContainerFacts> sandbox() {
        return newest(ContainerFacts.SANDBOX);
    }

    /** The one before the newest, if it is still there. */
    public Optional<ContainerFacts> previous(ContainerFacts newest) {
        return containers.stream()
                .filter(each -> each.name().equals(newest.name()) && each.attempt() == newest.attempt() - 1)
                .findFirst();
    }

    boolean any(Predicate<ContainerFacts> what) {
        return containers.stream().anyMatch(what);
    }

    /** Whether it is on its way still: a container shows as running once its postStart hook has ended. */
    public boolean beginning(ContainerSpec spec) {
        return busy.contains(PodAction.StartContainer.key(spec));
    }

    boolean started(ContainerSpec spec, ContainerFacts container) {
        return container.running()
                && !beginning(spec)
                && (!spec.has("startupProbe")
                        || (health.containsKey(container.id())
                                && health.get(container.id()).started()));
    }

    boolean ready(ContainerSpec spec, ContainerFacts container) {
        return started(spec, container)
                && (!spec.has("readinessProbe")
                        || (health.containsKey(container.id())
                                && health.get(container.id()).ready()));
    }

    boolean unhealthy(ContainerFacts container) {
        return health.containsKey(container.id()) && health.get(container.id()).unhealthy();
    }
}
