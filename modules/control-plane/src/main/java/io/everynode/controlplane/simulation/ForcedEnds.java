package io.everynode.controlplane.simulation;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.entity.SchedulerCommands;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.runtime.LifecycleWork;
import io.everynode.controlplane.runtime.LifecycleWrites;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.TaintTolerance;
import io.everynode.core.placement.Toleration;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pods that others have end: a victim of pre-emption is of lower priority, and nobody is evicted before its time. */
final class ForcedEnds {

    private final Truth truth;
    private final Map<String, Integer> priorities = new HashMap<>();

    ForcedEnds(Truth truth) {
        this.truth = truth;
    }

    void stored(Object before, List<SimJournal.Row> rows) {
        for (SimJournal.Row row : rows) {
            EventMeta meta = row.recorded().meta();
            Object event = row.recorded().event();
            if (event instanceof PodEvent.Stored stored) {
                ObjectNode pod = stored.object().tree();
                String uid = Json.text(pod, "metadata", "uid");
                priorities.put(uid, pod.path("spec").path("priority").asInt(0));
                if (!Json.text(pod, "metadata", "deletionTimestamp").isEmpty()) {
                    ended(before, uid, meta);
                }
            } else if (event instanceof PodEvent.Removed removed) {
                ended(before, removed.podUid(), meta);
            } else if (event instanceof NodeEvent.PodCreation creation) {
                priorities.put(creation.facts().uid(), creation.facts().priority());
            } else if (event instanceof NodeEvent.DaemonPodTerminating ended) {
                preempted(ended.uid(), meta);
            } else if (event instanceof NodeEvent.DaemonPodRemoved ended) {
                preempted(ended.uid(), meta);
            }
        }
    }

    private void ended(Object before, String uid, EventMeta meta) {
        preempted(uid, meta);
        if (!meta.caller().equals(LifecycleWrites.EVICTION) || ((PodState) before).object() == null) {
            return;
        }
        ObjectNode pod = ((PodState) before).object().tree();
        String node = Json.text(pod, "spec", "nodeName");
        List<Toleration> tolerations = Toleration.listOf(Json.at(pod, "spec", "tolerations"));
        long soonest = TaintTolerance.FOR_EVER;
        // The catalog that it was decided from may have been any of the past.
        for (Object then : truth.statesSince(PersistenceIds.encode(EntityIds.NODE, node), 0)) {
            NodeState known = (NodeState) then;
            if (known.facts() != null) {
                soonest = Math.min(
                        soonest, TaintTolerance.until(known.facts().taints(), tolerations, LifecycleWork.since(pod)));
            }
        }
        require(
                soonest <= meta.atMillis(),
                "evicted",
                "%s left %s too early, its tolerations bear until %d",
                Json.text(pod, "metadata", "name"),
                node,
                soonest);
    }

    private void preempted(String uid, EventMeta meta) {
        if (meta.caller().equals(SchedulerCommands.CALLER)) {
            String by = meta.cause().substring(meta.cause().indexOf(' ') + 1);
            int victim = priorities.getOrDefault(uid, 0);
            int preemptor = priorities.getOrDefault(by, 0);
            require(
                    victim < preemptor,
                    "pre-empted",
                    "a Pod of priority %d ended for one of priority %d",
                    victim,
                    preemptor);
        }
    }
}
