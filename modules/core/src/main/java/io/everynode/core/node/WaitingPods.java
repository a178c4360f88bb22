package io.everynode.core.node;

import io.everynode.core.event.Caller;
import io.everynode.core.event.EventMeta;
import io.everynode.core.placement.FitProblem;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.NodeFit;
import io.everynode.core.placement.NodeRequirements;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Resources;
import io.everynode.core.placement.Toleration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Daemon Pods that did not fit stay in their slots and are tried again whenever their node changes, the highest
 * priority first and among equals the oldest. Pure.
 */
final class WaitingPods {

    /** Taints, cordon and affinity were decided when the slot was taken; here only room counts. */
    private static final List<Toleration> EVERYTHING = List.of(new Toleration("", "Exists", "", "", null));

    /** For looking ahead inside one decision; nothing reads it there. */
    private static final EventMeta PREVIEW = new EventMeta(1, Caller.controller("node"), "", "", "", 0, 0);

    private WaitingPods() {}

    /** Why a Pod does not fit beside those that are there, in the scheduler's words; "" when it fits. */
    static String whyNot(NodeState state, Resources requests, List<HostPort> ports) {
        return whyNot(state, "", Integer.MAX_VALUE, requests, ports);
    }

    /** As the other, with the room that is being freed for other Pods of higher priority. */
    static String whyNot(NodeState state, String uid, int priority, Resources requests, List<HostPort> ports) {
        Resources requested = state.requested();
        int pods = state.podCount();
        Set<HostPort> used = state.usedPorts();
        for (Nomination nomination : state.nominations().values()) {
            if (nomination.priority() > priority && !nomination.podUid().equals(uid)) {
                requested = requested.plus(nomination.requests());
                pods++;
                used.addAll(nomination.ports());
            }
        }
        List<FitProblem> problems = NodeFit.check(
                state.facts(),
                requested,
                pods,
                used,
                new PodRequirements(NodeRequirements.ANY, EVERYTHING, requests, ports, 0));
        return problems.isEmpty() ? "" : sentence(problems);
    }

    /** Adds what becomes of the waiting Pods once the given events have happened, for these may have freed room. */
    static void retryAfter(NodeState state, List<NodeEvent> events) {
        boolean anyWaits = false;
        for (DaemonPod pod : state.pods().values()) {
            anyWaits |= !pod.bound();
        }
        if (anyWaits) {
            NodeState after = state;
            for (NodeEvent event : events) {
                after = after.evolve(PREVIEW, event, 0);
            }
            retry(after, events);
        }
    }

    /** Adds what becomes of the waiting Pods after the given state is reached. */
    private static void retry(NodeState state, List<NodeEvent> events) {
        if (!state.exists()) {
            return;
        }
        NodeState with = state;
        List<DaemonPod> byPriority = new ArrayList<>(state.pods().values());
        byPriority.sort(
                Comparator.comparingInt((DaemonPod pod) -> -pod.createdBy().priority())
                        .thenComparingLong(pod -> pod.createdBy().incarnation()));
        for (DaemonPod pod : byPriority) {
            if (!pod.bound() && pod.live()) {
                String why = whyNot(with, pod.uid(), pod.createdBy().priority(), pod.requests(), pod.ports());
                if (why.isEmpty()) {
                    NodeEvent bound = new NodeEvent.DaemonPodBound(pod.uid());
                    events.add(bound);
                    with = with.evolve(PREVIEW, bound, 0);
                } else if (!why.equals(pod.waiting())) {
                    events.add(new NodeEvent.DaemonPodStillWaiting(pod.uid(), why));
                }
            }
        }
    }

    private static String sentence(List<FitProblem> problems) {
        return problems.stream()
                .map(problem -> "1 " + problem.reason())
                .sorted()
                .collect(Collectors.joining(", ", "0/1 nodes are available: ", "."));
    }
}
