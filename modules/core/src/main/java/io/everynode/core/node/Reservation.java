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

    public boolean accepted() {
        return refusal.isEmpty();
    }
}
