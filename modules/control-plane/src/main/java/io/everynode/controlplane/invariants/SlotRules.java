package io.everynode.controlplane.invariants;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold in the slots of a Node after every persist: I1, and that nothing is made for a removed DaemonSet, of
 * an older generation than what is there, or before a back-off is over. To be told of every persist in the journal's
 * order.
 */
public final class SlotRules {

    private final Map<String, Long> retiredUntil = new HashMap<>();

    /** DaemonSet UID and generation of those that may surge. */
    private final Set<String> surging = new HashSet<>();

    /** A DaemonSet's entity has persisted something. */
    public void daemonSet(DaemonSetState after) {
        if (after.current() != null && after.current().spec().surge()) {
            surging.add(after.current().uid() + "/" + after.current().generation());
        }
    }

    /**
     * A Node's entity has persisted something.
     *
     * @throws BrokenInvariant for the first rule that is broken
     */
    public void node(String name, NodeState before, NodeState after, List<StoredEvent> persist) {
        atMostOne(name, after);
        for (StoredEvent stored : persist) {
            EventMeta meta = stored.recorded().meta();
            if (stored.recorded().event() instanceof NodeEvent.DaemonSetRetired retired) {
                retiredUntil.put(name + "/" + retired.daemonSetUid(), retired.untilMillis());
            } else if (stored.recorded().event() instanceof NodeEvent.PodCreation creation) {
                NodeEvent.DaemonPodCreated created = creation.facts();
                require(
                        retiredUntil.getOrDefault(name + "/" + created.daemonSetUid(), 0L) < meta.atMillis(),
                        "retired",
                        "%s made a Pod of the removed DaemonSet %s",
                        name,
                        created.daemonSet());
                beside(name, before, after, created, meta);
            } else if (stored.recorded().event() instanceof NodeEvent.DaemonPodAdopted adopted) {
                require(
                        retiredUntil.getOrDefault(name + "/" + adopted.daemonSetUid(), 0L) < meta.atMillis(),
                        "retired",
                        "%s gave a Pod to the removed DaemonSet %s",
                        name,
                        adopted.daemonSet());
            }
        }
    }

    private static void atMostOne(String name, NodeState after) {
        Map<String, Set<String>> revisions = new HashMap<>();
        for (DaemonPod pod : after.pods().values()) {
            if (pod.live() && !pod.orphan()) {
                boolean alone = revisions
                        .computeIfAbsent(pod.daemonSetUid(), uid -> new HashSet<>())
                        .add(pod.owner().revision());
                require(
                        alone,
                        "I1",
                        "%s has two live Pods of revision %s",
                        name,
                        pod.owner().revision());
            }
        }
        revisions.forEach((uid, live) -> require(live.size() <= 2, "I1", "%s has live Pods of %s", name, live));
    }

    /** What may be in the slot already when a Pod is made. */
    private void beside(
            String name, NodeState before, NodeState after, NodeEvent.DaemonPodCreated created, EventMeta meta) {
        // By the generation that asked for the Pod: a former owner may not know of a newer one, and neither does the
        // Node.
        boolean surge = surging.contains(created.daemonSetUid() + "/" + created.generation());
        for (DaemonPod pod : after.podsOf(created.daemonSetUid())) {
            if (!pod.uid().equals(created.uid())) {
                require(surge || !pod.live(), "I1", "%s has %s and makes another Pod without surge", name, pod.name());
                require(surge || pod.terminal(), "I1", "%s: %s still terminates", name, pod.name());
            }
        }
        for (DaemonPod pod : before.podsOf(created.daemonSetUid())) {
            require(
                    created.generation() >= pod.owner().generation(),
                    "generation",
                    "%s made a Pod of generation %d after one of %d",
                    name,
                    created.generation(),
                    pod.owner().generation());
            boolean replaced = pod.phase().equals("Failed") && !pod.terminating();
            require(
                    !replaced || before.retryAt(created.daemonSetUid(), created.generation()) <= meta.atMillis(),
                    "back-off",
                    "%s replaced failed %s too early",
                    name,
                    pod.name());
        }
    }
}
