package io.everynode.core.daemonset;

import io.everynode.core.placement.NodeFacts;
import java.time.Duration;
import java.util.List;

/**
 * Why a node is without an available Pod of the current revision, though it is its turn. Immutable.
 *
 * @param kind whether it goes on by itself
 * @param cause in few words, the same for nodes with the same trouble
 * @param text with the Pod's name
 * @param until epoch milliseconds when this becomes out of date by itself; Long.MAX_VALUE for never
 */
record Blocker(Kind kind, String cause, String text, long until) {

    /** A Pod that is not ready after this time is not starting any more (Deployments' default progress deadline). */
    static final Duration STARTING = Duration.ofMinutes(10);

    /**
     * Within this time after a Pod's grace its node's runtime confirms that it has ended, unless something is wrong.
     */
    static final Duration ENDING = Duration.ofMinutes(2);

    enum Kind {
        /** Its Pod is being made, started, replaced or ended. */
        MOVING,
        /** It needs a hand: a broken image, a crash loop, a node that does not answer. */
        STUCK,
        /** Its Pod does not fit; stuck as well. */
        UNPLACED
    }

    /** @return null when nobody waits for this node, or when it waits for its turn itself */
    static Blocker of(
            DaemonSetSpec spec,
            String revision,
            NodeAssessment assessment,
            NodeFacts facts,
            List<DaemonPodView> pods,
            long now) {
        if (spec == null || spec.deleting() || !assessment.shouldRun() && !assessment.unavailable()) {
            return null;
        }
        DaemonPodView pod = concerned(spec, revision, pods, now);
        if (pod == null && (!pods.isEmpty() || !assessment.shouldRun())) {
            return null;
        }
        String nodeTrouble = facts == null ? "there is no such node" : facts.ready() ? "" : "the node is not ready";
        if (!nodeTrouble.isEmpty()) {
            return stuck(nodeTrouble, nodeTrouble);
        }
        if (pod == null) {
            return moving("no Pod yet", "no Pod yet", Long.MAX_VALUE);
        }
        return ofPod(spec, assessment, pod, now);
    }

    private static Blocker ofPod(DaemonSetSpec spec, NodeAssessment assessment, DaemonPodView pod, long now) {
        String named = "Pod " + pod.podName();
        if (pod.terminating()) {
            return ending(pod, named, now);
        }
        if (assessment.action() != null) {
            return moving("being replaced", named + " is being replaced", Long.MAX_VALUE);
        }
        if (!assessment.shouldRun()) {
            return stuck("not wanted there", named + " is not wanted there and not available");
        }
        if (!pod.bound()) {
            return new Blocker(Kind.UNPLACED, pod.trouble(), named + " does not fit: " + pod.trouble(), Long.MAX_VALUE);
        }
        if (pod.terminal()) {
            String why = pod.trouble().isEmpty() ? "failed" : "failed: " + pod.trouble();
            return stuck(why, named + " " + why + ", waiting for its back-off");
        }
        if (!pod.trouble().isEmpty()) {
            return stuck(pod.trouble(), named + " is not ready: " + pod.trouble());
        }
        if (pod.ready()) {
            return moving(
                    "not ready for minReadySeconds",
                    named + " is ready, but not for minReadySeconds",
                    pod.readySince() + spec.minReadyMillis());
        }
        long starting = pod.createdAt() + STARTING.toMillis();
        return now < starting
                ? moving("starting", named + " is starting", starting)
                : stuck("not ready", named + " is not ready");
    }

    private static Blocker ending(DaemonPodView pod, String named, long now) {
        if (!pod.trouble().isEmpty()) {
            return stuck("terminating, " + pod.trouble(), named + " is terminating, " + pod.trouble());
        }
        long confirmed = pod.deletionAt() == 0 ? Long.MAX_VALUE : pod.deletionAt() + ENDING.toMillis();
        return now < confirmed
                ? moving("terminating", named + " is terminating", confirmed)
                : stuck("end not confirmed", named + " is terminating, and its node does not confirm its end");
    }

    /** The Pod that is waited for; null when an available one is there and none is being started beside it. */
    private static DaemonPodView concerned(DaemonSetSpec spec, String revision, List<DaemonPodView> pods, long now) {
        DaemonPodView found = null;
        boolean currentServes = false;
        boolean oldServes = false;
        for (DaemonPodView pod : pods) {
            boolean current = pod.revision().equals(revision);
            if (pod.live() && pod.ready() && pod.readySince() + spec.minReadyMillis() <= now) {
                currentServes |= current;
                oldServes |= !current;
            } else if (found == null
                    || rank(pod, current) < rank(found, found.revision().equals(revision))) {
                found = pod;
            }
        }
        boolean startsBeside = found != null && found.live() && found.revision().equals(revision);
        return currentServes || oldServes && !startsBeside ? null : found;
    }

    /** Live Pods before ended ones, these before terminating ones; current ones first. */
    private static int rank(DaemonPodView pod, boolean current) {
        return (pod.live() ? 0 : pod.terminating() ? 2 : 1) * 2 + (current ? 0 : 1);
    }

    private static Blocker moving(String cause, String text, long until) {
        return new Blocker(Kind.MOVING, cause, text, until);
    }

    private static Blocker stuck(String cause, String text) {
        return new Blocker(Kind.STUCK, cause, text, Long.MAX_VALUE);
    }
}
