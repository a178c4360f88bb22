package io.everynode.nodes;

import io.everynode.nodes.HollowAction.ConfirmDeletion;
import io.everynode.nodes.HollowAction.Report;
import io.everynode.nodes.HollowAction.Wait;
import java.time.Duration;
import java.time.Instant;

/**
 * The life of one Pod on a hollow node. Immutable and pure: each event gives the Pod after it and the one thing to do.
 *
 * <p>Two status changes are stored for each Pod that starts: Running, then Ready. The delay up to Ready begins when the
 * first one is acknowledged, so that load cannot merge them into one.
 *
 * @param fails it will end as Failed instead of starting
 * @param ip of the Pod; the node's own with hostNetwork
 * @param hostIp of the node
 * @param stage where it is
 * @param restarts restartCount of its containers
 * @param startTime when the node accepted it, RFC 3339
 * @param run when its containers run, all together
 */
record HollowPod(
        PodFacts facts,
        HollowBehaviour behaviour,
        boolean fails,
        String ip,
        String hostIp,
        Stage stage,
        int restarts,
        String startTime,
        Run run) {

    /** A crashing container runs for so long. */
    static final Duration CRASH_AFTER = Duration.ofSeconds(1);

    /** kubelet's back-off for containers and images: 10 s, doubled up to 5 min (pkg/kubelet/kubelet.go). */
    static final Duration BACK_OFF = Duration.ofSeconds(10);

    static final Duration MAX_BACK_OFF = Duration.ofMinutes(5);

    enum Stage {
        /** Accepted; its containers start after a delay. */
        STARTING,
        /** Containers run, not ready. */
        RUNNING,
        /** Containers run and shall not become ready, unless an edit of its annotations says otherwise. */
        HELD,
        READY,
        /** Failed or Succeeded. */
        TERMINAL,
        PULL_ERROR,
        PULL_BACK_OFF,
        /** Its containers ended and wait for their restart. */
        CRASHED,
        /** Deleted; its containers are ending. */
        STOPPING,
        /** Its containers have ended; the object may go. */
        STOPPED
    }

    /**
     * When the containers ran: the present run and the one that crashed before it. RFC 3339, "" for never.
     *
     * @param startedAt "" while they do not run
     */
    record Run(String startedAt, String lastStartedAt, String lastFinishedAt) {

        Run starts(Instant now) {
            return new Run(HollowStatus.time(now), lastStartedAt, lastFinishedAt);
        }

        Run crashes(Instant now) {
            return new Run("", startedAt, HollowStatus.time(now));
        }

        boolean hasCrashed() {
            return !lastFinishedAt.isEmpty();
        }
    }

    /** The Pod after an event, and what to do now. */
    record Step(HollowPod pod, HollowAction action) {}

    /**
     * A Pod that was just seen for the first time by this process. One that an earlier process has reported on goes on
     * from there.
     */
    static Step arrive(
            PodFacts facts, HollowBehaviour behaviour, boolean fails, String ip, String hostIp, Instant now) {
        PodFacts.Seen seen = facts.seen();
        String started = seen.startTime().isEmpty() ? HollowStatus.time(now) : seen.startTime();
        HollowPod pod = new HollowPod(
                facts, behaviour, fails, ip, hostIp, Stage.STARTING, seen.restarts(), started, seen.run());
        if (facts.deleting()) {
            return pod.stop(facts.deletionGraceSeconds());
        }
        return switch (seen.phase()) {
            case "Failed", "Succeeded" -> pod.at(Stage.TERMINAL, HollowAction.NONE);
            case "Running" -> pod.resumeRunning();
            default ->
                switch (seen.waiting()) {
                    case "ErrImagePull" -> pod.at(Stage.PULL_ERROR, new Wait(BACK_OFF));
                    case "ImagePullBackOff" -> pod.at(Stage.PULL_BACK_OFF, HollowAction.NONE);
                    default -> pod.at(Stage.STARTING, new Wait(behaviour.startDelay()));
                };
        };
    }

    private Step resumeRunning() {
        if (facts.seen().ready()) {
            return at(Stage.READY, HollowAction.NONE);
        }
        if (facts.seen().waiting().equals("CrashLoopBackOff")) {
            return at(Stage.CRASHED, new Wait(backOff(restarts)));
        }
        return with(Stage.RUNNING, restarts, run).reported();
    }

    /** The API wants it gone. Says nothing new when it knows that. */
    Step deletionSeen(long graceSeconds) {
        return stage == Stage.STOPPING || stage == Stage.STOPPED
                ? new Step(this, HollowAction.NONE)
                : stop(graceSeconds);
    }

    /** Whether an edit of its annotations can still make it ready. */
    boolean waitsForEdit() {
        return behaviour.neverReady() && (stage == Stage.RUNNING || stage == Stage.HELD);
    }

    /** Its annotations were edited: one that was not to become ready may become so now. Other edits change nothing. */
    Step edited(HollowBehaviour now) {
        if (!waitsForEdit() || now.neverReady()) {
            return new Step(this, HollowAction.NONE);
        }
        HollowPod pod = new HollowPod(facts, now, fails, ip, hostIp, Stage.RUNNING, restarts, startTime, run);
        // A report that is still on its way comes back to reported(), which then waits for readiness.
        return stage == Stage.HELD ? pod.reported() : new Step(pod, HollowAction.NONE);
    }

    private Step stop(long graceSeconds) {
        Duration grace = Duration.ofSeconds(graceSeconds);
        Duration delay = stage == Stage.TERMINAL
                ? Duration.ZERO
                : behaviour.stopDelay().compareTo(grace) < 0 ? behaviour.stopDelay() : grace;
        return at(Stage.STOPPING, new Wait(delay));
    }

    /** The delay it asked for is over. */
    Step delayOver(Instant now) {
        return switch (stage) {
            case STARTING -> start(now);
            case RUNNING -> behaviour.crashLoop() ? crash(now) : becomeReady(now);
            case CRASHED -> run(restarts + 1, now);
            case PULL_ERROR -> report(Stage.PULL_BACK_OFF, now, "image pull backs off");
            case STOPPING -> at(Stage.STOPPED, new ConfirmDeletion());
            case HELD, READY, TERMINAL, PULL_BACK_OFF, STOPPED -> new Step(this, HollowAction.NONE);
        };
    }

    /** The status it asked to report is stored. */
    Step reported() {
        return switch (stage) {
            case RUNNING -> {
                if (behaviour.crashLoop()) {
                    yield new Step(this, new Wait(CRASH_AFTER));
                }
                yield behaviour.neverReady()
                        ? at(Stage.HELD, HollowAction.NONE)
                        : new Step(this, new Wait(behaviour.readyDelay()));
            }
            case CRASHED -> new Step(this, new Wait(backOff(restarts)));
            case PULL_ERROR -> new Step(this, new Wait(BACK_OFF));
            case STARTING, HELD, READY, TERMINAL, PULL_BACK_OFF, STOPPING, STOPPED -> new Step(this, HollowAction.NONE);
        };
    }

    /** Says once more that it is ready: somebody else has written otherwise. */
    Step again(Instant now) {
        return report(stage, now, "pod is as it was");
    }

    private Step start(Instant now) {
        if (fails) {
            return report(Stage.TERMINAL, now, "pod failed");
        }
        boolean pulled = facts.containers().stream().allMatch(container -> behaviour.canPull(container.image()));
        return pulled ? run(restarts, now) : report(Stage.PULL_ERROR, now, "image cannot be pulled");
    }

    private Step run(int count, Instant now) {
        return with(stage, count, run.starts(now))
                .report(Stage.RUNNING, now, count == 0 ? "containers started" : "containers restarted");
    }

    private Step becomeReady(Instant now) {
        return report(Stage.READY, now, "pod ready");
    }

    private Step crash(Instant now) {
        return with(stage, restarts, run.crashes(now)).report(Stage.CRASHED, now, "containers crashed");
    }

    /** How long the containers wait for their next start after so many restarts. */
    static Duration backOff(int restarts) {
        Duration delay = BACK_OFF.multipliedBy(1L << Math.min(restarts, 10));
        return delay.compareTo(MAX_BACK_OFF) < 0 ? delay : MAX_BACK_OFF;
    }

    private HollowPod with(Stage next, int restartCount, Run when) {
        return new HollowPod(facts, behaviour, fails, ip, hostIp, next, restartCount, startTime, when);
    }

    private Step at(Stage next, HollowAction action) {
        return new Step(with(next, restarts, run), action);
    }

    private Step report(Stage next, Instant now, String why) {
        HollowPod pod = with(next, restarts, run);
        return new Step(pod, new Report(HollowStatus.ofPod(pod, now), why));
    }
}
