package io.everynode.core.scheduling;

/** What the scheduler wants done. Messages may be lost: it looks again at what came to nothing. */
public sealed interface SchedulerStep {

    PodName pod();

    String podUid();

    /** Propose the node to the Pod. */
    record Propose(PodName pod, String podUid, String node) implements SchedulerStep {}

    /** Tell the Pod that no node will do. */
    record Unschedulable(PodName pod, String podUid, String message) implements SchedulerStep {}
}
