package io.everynode.core.scheduling;

import io.everynode.core.node.DaemonPod;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The Pods that were asked to end for others of higher priority and of which this is not visible yet. Part of the
 * {@link Scheduler}, for its thread.
 */
final class Victims {

    /** Pods that are to end and do not yet, by UID. */
    private final TreeMap<String, SchedulerStep.Preempt> asked = new TreeMap<>();

    private Set<String> spared = new TreeSet<>();

    /** Has these Pods end. @return what is to be done for that */
    List<SchedulerStep> end(Preemption.Choice choice, String forUid) {
        List<SchedulerStep> steps = new ArrayList<>();
        for (Victim victim : choice.victims()) {
            SchedulerStep.Preempt step = new SchedulerStep.Preempt(victim.pod(), victim.uid(), choice.node(), forUid);
            asked.put(victim.uid(), step);
            steps.add(step);
        }
        return steps;
    }

    /** Nobody is to end for this Pod any more; those that heard of it end nevertheless. */
    void spare(String forUid) {
        for (SchedulerStep.Preempt victim : List.copyOf(asked.values())) {
            if (victim.forUid().equals(forUid)) {
                asked.remove(victim.podUid());
                spared.add(victim.node());
            }
        }
    }

    /** The nodes of those spared since the last call: others may have counted on their end. */
    Set<String> takeSpared() {
        if (spared.isEmpty()) {
            return Set.of();
        }
        Set<String> taken = spared;
        spared = new TreeSet<>();
        return taken;
    }

    /** Whether one was asked to end and may not have heard of it. */
    boolean awaited() {
        return !asked.isEmpty();
    }

    boolean isAsked(String uid) {
        return asked.containsKey(uid);
    }

    /** Asks those again that still do not end. */
    List<SchedulerStep> unheard(SchedulerView view) {
        asked.values().removeIf(victim -> ends(view, victim));
        return List.copyOf(asked.values());
    }

    private static boolean ends(SchedulerView view, SchedulerStep.Preempt victim) {
        DaemonPod daemon = view.node(victim.node()).pods().get(victim.podUid());
        if (daemon != null) {
            return daemon.terminating();
        }
        PodState state = view.pod(victim.pod());
        return state == null
                || !state.uid().equals(victim.podUid())
                || Json.at(state.object().tree(), "metadata").has("deletionTimestamp");
    }
}
