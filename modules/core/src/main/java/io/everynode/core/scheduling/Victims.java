package io.everynode.core.scheduling;

import io.everynode.core.node.DaemonPod;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * The Pods that were asked to end for others of higher priority and of which this is not visible yet. A word that was
 * said cannot be taken back, and others count on it: so such a Pod goes on being asked for as long as any nomination on
 * its node is above it, whosever it was at first. Part of the {@link Scheduler}, for its thread.
 */
final class Victims {

    private record Asked(SchedulerStep.Preempt step, int priority) {

        Asked by(String uid) {
            return new Asked(new SchedulerStep.Preempt(step.pod(), step.podUid(), step.node(), uid), priority);
        }
    }

    private final Holds holds;

    /** Pods that are to end and do not yet, by UID. */
    private final TreeMap<String, Asked> asked = new TreeMap<>();

    Victims(Holds holds) {
        this.holds = holds;
    }

    /** Has these Pods end. @return what is to be done for that */
    List<SchedulerStep> end(Preemption.Choice choice, String forUid) {
        List<SchedulerStep> steps = new ArrayList<>();
        for (Victim victim : choice.victims()) {
            SchedulerStep.Preempt step = new SchedulerStep.Preempt(victim.pod(), victim.uid(), choice.node(), forUid);
            asked.put(victim.uid(), new Asked(step, victim.priority()));
            steps.add(step);
        }
        return steps;
    }

    /** Other room is held on these nodes than before: nobody is to end for one that does not come. */
    void heldOtherwise(Collection<String> nodes) {
        if (nodes.isEmpty()) {
            return;
        }
        for (Asked one : List.copyOf(asked.values())) {
            if (nodes.contains(one.step().node())) {
                Holds.Hold hold = holds.of(one.step().forUid());
                if (hold == null || !hold.node().equals(one.step().node())) {
                    Holds.Hold heir = heir(one);
                    if (heir == null) {
                        asked.remove(one.step().podUid());
                    } else {
                        asked.put(one.step().podUid(), one.by(heir.uid()));
                    }
                }
            }
        }
    }

    private Holds.Hold heir(Asked one) {
        Holds.Hold highest = null;
        for (Holds.Hold hold : holds.on(one.step().node())) {
            if (hold.priority() > one.priority() && (highest == null || hold.priority() > highest.priority())) {
                highest = hold;
            }
        }
        return highest;
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
        asked.values().removeIf(victim -> ends(view, victim.step()));
        List<SchedulerStep> steps = new ArrayList<>();
        asked.values().forEach(one -> steps.add(one.step()));
        return steps;
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
