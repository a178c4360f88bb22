package io.everynode.core.node;

import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import java.util.List;

/** A Node's answer to one ordinary Pod's proposal; while accepted its resources are taken. */
public record Reservation(
        String podUid,
        String namespace,
        String name,
        long attempt,
        Resources requests,
        List<HostPort> ports,
        int priority,
        String refusal) {

    /** Stands for a refusal: nothing is reserved, as the Pod itself is in the Node's keeping. */
    private static final String TAKEN_OVER = "the node has taken the Pod over";

    static Reservation takenOver(NodeEvent.PodTakenOver taken) {
        return new Reservation(
                taken.uid(),
                taken.namespace(),
                taken.name(),
                taken.attempt(),
                Resources.ZERO,
                List.of(),
                0,
                TAKEN_OVER);
    }

    /** The note that the Node took the Pod over, for its entity, which may ask again. */
    public boolean tookOver() {
        return refusal.equals(TAKEN_OVER);
    }

    public boolean accepted() {
        return refusal.isEmpty();
    }
}
