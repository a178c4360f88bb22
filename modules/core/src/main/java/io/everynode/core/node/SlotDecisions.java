package io.everynode.core.node;

import io.everynode.core.event.Decision;
import io.everynode.core.placement.Eligibility;
import io.everynode.core.placement.PodRequirements;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Node decides about its slots when a DaemonSet asks: invariant I1 is kept here and nowhere else. For one
 * DaemonSet there is at most one live Pod, during a surge one of each revision and at most two.
 */
public final class SlotDecisions {

    /** A retired DaemonSet's commands are refused this long: four times the longest deadline of a command. */
    static final long RETIREMENT_MILLIS = 120_000;

    private SlotDecisions() {}

    /**
     * Pure. {@code lastSequence} is the Node's, for answers that persist nothing; persisted answers get theirs from the
     * actor.
     */
    public static Decision<NodeEvent, ConvergeReply> decide(
            NodeState state, Converge converge, long lastSequence, Instant now) {
        if (now.toEpochMilli() > converge.meta().deadlineMillis()) {
            return refused("the command came after its deadline");
        }
        String uid = converge.daemonSetUid();
        if (converge.wish() instanceof Converge.Retire retire) {
            return retire(state, uid, retire.release(), converge.reason(), lastSequence, now);
        }
        if (state.retired().getOrDefault(uid, 0L) > now.toEpochMilli()) {
            return refused("the DaemonSet is gone");
        }
        if (converge.generation() < state.generations().getOrDefault(uid, 0L)) {
            return refused("generation " + converge.generation() + " is older than "
                    + state.generations().get(uid));
        }
        if (converge.wish() instanceof Converge.End end) {
            DaemonPod pod = state.pods().get(end.podUid());
            if (pod == null || !pod.daemonSetUid().equals(uid)) {
                return nothing(lastSequence, "no such Pod");
            }
            if (pod.terminating()) {
                return nothing(lastSequence, "already terminating");
            }
            if (pod.owner().adoptedAfter(converge.meta().plannedAt())) {
                return refused(adoptedSince(pod));
            }
            if (end.seenReadySince() != Converge.End.WHATEVER_READINESS && end.seenReadySince() != pod.readySince()) {
                return refused("Pod " + pod.name() + " is not as ready as the plan was made for");
            }
            DaemonPod other = end.besides().isEmpty() ? pod : state.pods().get(end.besides());
            if (other == null
                    || other != pod && !(other.live() && other.daemonSetUid().equals(uid))) {
                return refused("the Pod that was to stay is not live, or another's now");
            }
            List<NodeEvent> events = new ArrayList<>();
            events.add(PodEnding.event(pod, null, now));
            WaitingPods.retryAfter(state, events);
            return new Decision<>(events, converge.reason(), applied());
        }
        if (converge.wish() instanceof Converge.Release release) {
            return Ownership.release(state, converge, release, lastSequence);
        }
        if (converge.wish() instanceof Converge.Adopt adopt) {
            return Ownership.adopt(state, converge, adopt, lastSequence, now);
        }
        if (converge.wish() instanceof Converge.HandOver) {
            return refused("this is for the Pod itself");
        }
        return run(state, converge, (Converge.Run) converge.wish(), lastSequence, now);
    }

    private static Decision<NodeEvent, ConvergeReply> run(
            NodeState state, Converge converge, Converge.Run run, long lastSequence, Instant now) {
        if (!state.exists()) {
            return refused("there is no such node");
        }
        if (state.object() != null && state.facts() == null) {
            return refused("the node cannot be read");
        }
        Eligibility eligibility = Eligibility.of(state.facts(), run.requirements(), now.toEpochMilli());
        if (!eligibility.shouldRun()) {
            return refused(eligibility.reason());
        }
        List<NodeEvent> events = new ArrayList<>(2);
        int live = 0;
        for (DaemonPod pod : state.podsOf(converge.daemonSetUid())) {
            if (pod.live()) {
                live++;
                if (!run.surge() || pod.owner().revision().equals(run.revision()) || live > 1) {
                    return nothing(lastSequence, "Pod " + pod.name() + " is there");
                }
                if (pod.owner().adoptedAfter(converge.meta().plannedAt())) {
                    return refused(adoptedSince(pod));
                }
            } else if (pod.terminating() && !pod.terminal() && !run.surge()) {
                return nothing(lastSequence, "Pod " + pod.name() + " is still terminating");
            } else if (pod.terminal() && !pod.terminating()) {
                long retryAt =
                        pod.phase().equals("Failed") ? state.retryAt(pod.daemonSetUid(), converge.generation()) : 0;
                if (retryAt > now.toEpochMilli()) {
                    return Decision.none(new ConvergeReply.Deferred(retryAt));
                }
                NodeEvent ending = PodEnding.event(pod, null, now);
                events.add(ending);
                if (!(ending instanceof NodeEvent.DaemonPodRemoved) && !run.surge()) {
                    return new Decision<>(events, "replacing a finished Pod", applied());
                }
            }
        }
        NodeEvent.DaemonPodCreated created = create(state, converge, run, events);
        events.add(new NodeEvent.DaemonPodMade(created, run.finalizers()));
        if (!created.waiting().isEmpty()) {
            // An event of its own, so that the scheduler's message becomes a core Event of its own.
            events.add(new NodeEvent.DaemonPodStillWaiting(created.uid(), created.waiting()));
        }
        return new Decision<>(events, converge.reason(), applied());
    }

    private static String adoptedSince(DaemonPod pod) {
        return "Pod " + pod.name() + " was adopted after this was planned";
    }

    private static NodeEvent.DaemonPodCreated create(
            NodeState state, Converge converge, Converge.Run run, List<NodeEvent> removedBefore) {
        NodeState without = state;
        for (NodeEvent event : removedBefore) {
            if (event instanceof NodeEvent.DaemonPodRemoved removed) {
                without = without.withoutPod(removed.uid());
            }
        }
        PodRequirements requirements = run.requirements();
        long incarnation = state.incarnation() + 1;
        String node = state.facts().name();
        return new NodeEvent.DaemonPodCreated(
                converge.daemonSetUid(),
                converge.namespace(),
                converge.daemonSet(),
                converge.generation(),
                run.revision(),
                run.template(),
                run.templateGeneration(),
                DaemonPodRenderer.VERSION,
                requirements.requests(),
                requirements.ports(),
                requirements.priority(),
                run.graceSeconds(),
                DaemonPodNames.name(converge.daemonSet(), converge.daemonSetUid(), node, incarnation),
                DaemonPodNames.uid(converge.daemonSetUid(), node, incarnation),
                incarnation,
                WaitingPods.whyNot(
                        without, "", requirements.priority(), requirements.requests(), requirements.ports()));
    }

    private static Decision<NodeEvent, ConvergeReply> retire(
            NodeState state, String uid, boolean release, String reason, long lastSequence, Instant now) {
        List<NodeEvent> events = new ArrayList<>();
        for (DaemonPod pod : state.podsOf(uid)) {
            if (release) {
                events.add(new NodeEvent.DaemonPodReleased(pod.uid()));
            } else if (!pod.terminating()) {
                events.add(PodEnding.event(pod, null, now));
            }
        }
        if (!state.retired().containsKey(uid)) {
            events.add(new NodeEvent.DaemonSetRetired(uid, now.toEpochMilli() + RETIREMENT_MILLIS));
        }
        WaitingPods.retryAfter(state, events);
        return events.isEmpty() ? nothing(lastSequence, "already retired") : new Decision<>(events, reason, applied());
    }

    /** The sequence number is known only after the persist; the actor fills it in. */
    static ConvergeReply applied() {
        return new ConvergeReply.Applied(0);
    }

    static Decision<NodeEvent, ConvergeReply> nothing(long sequence, String why) {
        return Decision.none(new ConvergeReply.NothingToDo(sequence, why));
    }

    static Decision<NodeEvent, ConvergeReply> refused(String why) {
        return Decision.none(new ConvergeReply.Refused(why));
    }
}
