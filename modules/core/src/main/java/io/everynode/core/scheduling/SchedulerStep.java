package io.everynode.core.scheduling;

import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import java.util.List;

/** What the scheduler wants done. Messages may be lost: it looks again at what came to nothing. */
public sealed interface SchedulerStep {

    /** Of an ordinary Pod. */
    sealed interface OfPod extends SchedulerStep {

        PodName pod();

        String podUid();
    }

    /** Propose the node to the Pod. */
    record Propose(PodName pod, String podUid, String node) implements OfPod {}

    /**
     * Tell the Pod that no node will do.
     *
     * @param nominatedNode where room is being made for it; "" for nowhere
     */
    record Unschedulable(PodName pod, String podUid, String message, String nominatedNode) implements OfPod {}

    /**
     * Tell the node that room is being made there for a Pod, ordinary or daemon.
     *
     * @param wanted false when the Pod does not come after all
     */
    record Nominate(String node, String podUid, Resources requests, List<HostPort> ports, int priority, boolean wanted)
            implements SchedulerStep {}

    /**
     * End a Pod gracefully, for one of higher priority.
     *
     * @param forUid the Pod that needs the room
     */
    record Preempt(PodName pod, String podUid, String node, String forUid) implements SchedulerStep {}
}
