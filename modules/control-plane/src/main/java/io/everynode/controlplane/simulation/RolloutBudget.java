package io.everynode.controlplane.simulation;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetSpec;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.Incarnation;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.Eligibility;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Invariant I6, counted from the journal: the nodes whose available Pod a rollout took and that have no available Pod
 * since are never more than maxUnavailable, and those with a second Pod beside an available old one never more than
 * maxSurge. The limits are those of the versions that the rollout's grants were planned from, up to now; percentages
 * are of the nodes that were eligible then.
 */
final class RolloutBudget {

    private static final String CONTROLLER = "system:daemonset-controller";
    private static final String TOO_MANY = "one Pod too many";
    private static final String ADOPTED = "the selector matches a Pod without an owner";
    private static final String NOT_AVAILABLE = "an older revision, not";
    private static final String DELETED = "the DaemonSet is being deleted";

    /** What a rollout did to one node: the version its grant was planned from. */
    private static final class Fleet {
        private final String id;
        private final Map<String, Long> grantedAt = new HashMap<>();
        private final Map<String, Long> taken = new TreeMap<>();
        private final Map<String, Long> surging = new TreeMap<>();

        Fleet(String id) {
            this.id = id;
        }
    }

    private final Truth truth;
    private final SimJournal journal;
    private final EventQueue queue;
    private final Map<String, Fleet> fleets = new HashMap<>();

    RolloutBudget(Truth truth, SimJournal journal, EventQueue queue) {
        this.truth = truth;
        this.journal = journal;
        this.queue = queue;
    }

    void stored(String id, Object before, Object after, List<SimJournal.Row> rows) {
        if (after instanceof DaemonSetState) {
            for (SimJournal.Row row : rows) {
                if (row.recorded().event() instanceof DaemonSetEvent.Granted granted) {
                    once(id, before, granted);
                    Fleet fleet = fleets.computeIfAbsent(granted.uid(), uid -> new Fleet(id));
                    long plannedAt = row.recorded().meta().plannedAt();
                    granted.granted().forEach(node -> fleet.grantedAt.put(node, plannedAt));
                    DaemonSetState state = (DaemonSetState) after;
                    if (!granted.granted().isEmpty()) {
                        // What was available again in the version that this was planned from is not counted against it.
                        fleet.taken.keySet().removeIf(node -> restored(view(node, plannedAt), granted.uid(), state));
                        fleet.surging.keySet().removeIf(node -> settled(view(node, plannedAt), granted.uid(), state));
                    }
                }
            }
        } else if (after instanceof NodeState node && before != null) {
            String name = PersistenceIds.decode(id).parts().get(0);
            NodeState was = (NodeState) before;
            // Whatever is available, if only until now, was not lost.
            fleets.forEach((uid, fleet) -> {
                DaemonSetState state = current(fleet.id, uid);
                if (fleet.taken.containsKey(name) && (restored(was, uid, state) || restored(node, uid, state))) {
                    fleet.taken.remove(name);
                }
                if (fleet.surging.containsKey(name) && (settled(was, uid, state) || settled(node, uid, state))) {
                    fleet.surging.remove(name);
                }
            });
            for (SimJournal.Row row : rows) {
                EventMeta meta = row.recorded().meta();
                if (!meta.caller().user().equals(CONTROLLER)
                        || meta.reason().equals(TOO_MANY)
                        || meta.reason().equals(ADOPTED)
                        || meta.reason().equals(DELETED)) {
                    continue;
                }
                if (row.recorded().event() instanceof NodeEvent.DaemonPodTerminating ended) {
                    ended(name, was, was.pods().get(ended.uid()), meta);
                } else if (row.recorded().event() instanceof NodeEvent.DaemonPodRemoved removed) {
                    ended(name, was, was.pods().get(removed.uid()), meta);
                } else if (row.recorded().event() instanceof NodeEvent.PodCreation creation) {
                    surged(name, was, node, creation.facts(), meta);
                }
            }
        }
    }

    /** A node has one grant at a time; the one before is forgotten first, once its use was seen. */
    private static void once(String id, Object before, DaemonSetEvent.Granted granted) {
        Incarnation current = ((DaemonSetState) before).current();
        for (String node : granted.granted()) {
            require(!current.grants().containsKey(node), "I6", "%s grants %s, which has a grant already", id, node);
        }
    }

    private NodeState view(String node, long version) {
        Object state = truth.stateAt(PersistenceIds.encode(EntityIds.NODE, node), version);
        return state == null ? NodeState.ABSENT : (NodeState) state;
    }

    private static String daemonSet(DaemonPod pod) {
        return PersistenceIds.encode(
                EntityIds.DAEMON_SET, pod.namespace(), pod.owner().daemonSet());
    }

    private DaemonSetState current(String id, String uid) {
        DaemonSetState state = (DaemonSetState) truth.state(id);
        return state.current() != null && state.current().uid().equals(uid) ? state : null;
    }

    private static boolean available(DaemonPod pod, DaemonSetSpec spec, long now) {
        return pod.live() && pod.ready() && pod.readySince() + spec.minReadyMillis() <= now;
    }

    private static boolean wanted(NodeState node, DaemonSetSpec spec) {
        return node != null
                && node.facts() != null
                && Eligibility.of(node.facts(), spec.template().requirements()).shouldRun();
    }

    private void ended(String name, NodeState was, DaemonPod pod, EventMeta meta) {
        if (pod == null) {
            return;
        }
        String id = daemonSet(pod);
        DaemonSetState state = current(id, pod.daemonSetUid());
        NodeState view = (NodeState) truth.stateAt(PersistenceIds.encode(EntityIds.NODE, name), meta.plannedAt());
        if (state == null || view == null) {
            return;
        }
        DaemonPod planned = view.pods().get(pod.uid());
        require(
                !meta.reason().startsWith(NOT_AVAILABLE) || planned == null || planned.readySince() == pod.readySince(),
                "I6",
                "%s: %s was ended as not available and has become ready since that was seen",
                name,
                pod.name());
        for (Object then : truth.statesSince(id, meta.plannedAt())) {
            // A message that was sent before a change may arrive after it; it is judged by what its planner knew.
            DaemonSetState known = (DaemonSetState) then;
            if (known.current() == null
                    || !known.current().uid().equals(pod.daemonSetUid())
                    || known.current().currentRevision().equals(pod.owner().revision())
                    || !wanted(view, known.current().spec())
                    || !available(pod, known.current().spec(), meta.atMillis())) {
                return;
            }
            for (DaemonPod other : was.podsOf(pod.daemonSetUid())) {
                DaemonPod seen = view.pods().get(other.uid());
                boolean serves = other.live() && (other.ready() || seen != null && seen.ready());
                if (serves && !other.uid().equals(pod.uid())) {
                    return;
                }
            }
        }
        Fleet fleet = fleets.computeIfAbsent(pod.daemonSetUid(), uid -> new Fleet(id));
        fleet.taken.put(name, fleet.grantedAt.getOrDefault(name, meta.plannedAt()));
        fleet.taken
                .keySet()
                .removeIf(node -> !node.equals(name) && restored(truth.node(node), pod.daemonSetUid(), state));
        check(id, state, fleet.taken, true);
    }

    private boolean restored(NodeState node, String uid, DaemonSetState state) {
        if (state == null || !wanted(node, state.current().spec())) {
            return true;
        }
        for (DaemonPod pod : node.podsOf(uid)) {
            if (available(pod, state.current().spec(), queue.millis())) {
                return true;
            }
        }
        return false;
    }

    private void surged(
            String name, NodeState was, NodeState node, NodeEvent.DaemonPodCreated created, EventMeta meta) {
        String id = PersistenceIds.encode(EntityIds.DAEMON_SET, created.namespace(), created.daemonSet());
        DaemonSetState state = current(id, created.daemonSetUid());
        NodeState view = (NodeState) truth.stateAt(PersistenceIds.encode(EntityIds.NODE, name), meta.plannedAt());
        if (state == null || view == null) {
            return;
        }
        long plannedFrom = journal.timeOf(meta.plannedAt());
        boolean besideAvailable = false;
        for (DaemonPod pod : was.podsOf(created.daemonSetUid())) {
            DaemonPod seen = view.pods().get(pod.uid());
            besideAvailable |= available(pod, state.current().spec(), meta.atMillis())
                    && seen != null
                    && available(seen, state.current().spec(), plannedFrom);
        }
        if (!besideAvailable) {
            return;
        }
        Fleet fleet = fleets.computeIfAbsent(created.daemonSetUid(), uid -> new Fleet(id));
        fleet.surging.put(name, fleet.grantedAt.getOrDefault(name, meta.plannedAt()));
        fleet.surging
                .keySet()
                .removeIf(other -> !other.equals(name) && settled(truth.node(other), created.daemonSetUid(), state));
        check(id, state, fleet.surging, false);
    }

    private boolean settled(NodeState node, String uid, DaemonSetState state) {
        if (state == null || !wanted(node, state.current().spec())) {
            return true;
        }
        int live = 0;
        for (DaemonPod pod : node.podsOf(uid)) {
            live += pod.live() ? 1 : 0;
            if (pod.owner().revision().equals(state.current().currentRevision())
                    && available(pod, state.current().spec(), queue.millis())) {
                return true;
            }
        }
        return live < 2;
    }

    private void check(String id, DaemonSetState state, Map<String, Long> nodes, boolean unavailable) {
        long since = nodes.values().stream().min(Long::compare).orElse(0L);
        int most = 0;
        int limit = 0;
        for (Object then : truth.statesSince(id, since)) {
            DaemonSetState known = (DaemonSetState) then;
            if (known.current() == null
                    || !known.current().uid().equals(state.current().uid())) {
                continue;
            }
            DaemonSetSpec spec = known.current().spec();
            most = mostDesired(spec, since);
            limit = Math.max(
                    limit,
                    unavailable ? spec.unavailableBudget(most) : spec.maxSurge().of(most));
        }
        require(
                nodes.size() <= limit,
                "I6",
                "%s: the rollout %s on %s (versions of their grants), %d are allowed of %d nodes",
                id,
                unavailable ? "took available Pods" : "added Pods",
                nodes,
                limit,
                most);
    }

    /** How many nodes were eligible at most since that version: never more than those that were so at any time. */
    private int mostDesired(DaemonSetSpec spec, long since) {
        int count = 0;
        for (String id : truth.states().keySet()) {
            if (id.startsWith(EntityIds.NODE + "|")) {
                boolean ever = false;
                for (Object node : truth.statesSince(id, since)) {
                    ever |= wanted((NodeState) node, spec);
                }
                count += ever ? 1 : 0;
            }
        }
        return count;
    }
}
