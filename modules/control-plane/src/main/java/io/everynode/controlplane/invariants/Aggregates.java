package io.everynode.controlplane.invariants;

import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodState;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.core.resource.ResourceState;

/** The aggregates' own evolve, for whoever has events of all of them. */
public final class Aggregates {

    private Aggregates() {}

    /**
     * The state of an aggregate after one more event.
     *
     * @param before null when it has none before this
     * @return a NodeState, DaemonSetState, PodState or ResourceState, or TRUE for a template
     */
    public static Object evolve(String persistenceId, Object before, StoredEvent stored) {
        EventMeta meta = stored.recorded().meta();
        Object event = stored.recorded().event();
        long sequenceNumber = stored.sequenceNumber();
        if (event instanceof NodeEvent nodeEvent) {
            return (before == null ? NodeState.ABSENT : (NodeState) before).evolve(meta, nodeEvent, sequenceNumber);
        }
        if (event instanceof DaemonSetEvent daemonSetEvent) {
            PersistenceIds.Parts parts = PersistenceIds.decode(persistenceId);
            DaemonSetState from = before == null
                    ? DaemonSetState.absent(parts.parts().get(0), parts.parts().get(1))
                    : (DaemonSetState) before;
            return from.evolve(meta, daemonSetEvent, sequenceNumber);
        }
        if (event instanceof PodEvent podEvent) {
            return (before == null ? PodState.ABSENT : (PodState) before).evolve(meta, podEvent, sequenceNumber);
        }
        if (event instanceof ResourceEvent resourceEvent) {
            return (before == null ? ResourceState.ABSENT : (ResourceState) before)
                    .evolve(meta, resourceEvent, sequenceNumber);
        }
        return true;
    }
}
