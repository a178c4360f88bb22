package io.everynode.controlplane.simulation;

import static io.everynode.controlplane.simulation.SimulationFailure.require;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.PodTemplateHash;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold after every persist, judged by the journal alone: I1, I3, I4, I6 (in {@link RolloutBudget}), I7 and
 * the rules of a slot; {@link ObjectLives} adds those of single objects.
 */
final class Invariants {

    /** Ids of clients' commands begin so; each is done once. */
    static final String CLIENT_COMMAND = "client-";

    private final SimJournal journal;
    private final Truth truth = new Truth();
    private final RolloutBudget budget;
    private final ForcedEnds forced = new ForcedEnds(truth);
    private final Map<String, Set<String>> commandsDone = new HashMap<>();
    private final Map<String, Long> retiredUntil = new HashMap<>();
    private final Map<String, Long> lastOfEntity = new HashMap<>();
    private long lastOrdering;

    Invariants(SimJournal journal, EventQueue queue) {
        this.journal = journal;
        this.budget = new RolloutBudget(truth, journal, queue);
    }

    Truth truth() {
        return truth;
    }

    /** I3: what a client is told is done, is in the journal. */
    void acknowledged(WriteReply reply) {
        if (reply instanceof WriteReply.Done done) {
            require(
                    done.sequenceNumber()
                            <= journal.rowsOf(done.persistenceId()).size(),
                    "I3",
                    "%s was acknowledged and is not in the journal",
                    done);
        }
    }

    /** To be called for every row, in the order of the journal. */
    void inOrder(SimJournal.Row row) {
        require(row.ordering() > lastOrdering, "I4", "ordering %d after %d", row.ordering(), lastOrdering);
        lastOrdering = row.ordering();
    }

    /** One persist was committed. */
    void stored(List<SimJournal.Row> rows) {
        SimJournal.Row first = rows.get(0);
        String id = first.persistenceId();
        EventMeta meta = first.recorded().meta();
        Object before = truth.state(id);
        for (SimJournal.Row row : rows) {
            long expected = lastOfEntity.merge(id, 1L, Long::sum);
            require(row.sequence() == expected, "I4", "%s has a second event %d", id, row.sequence());
            truth.apply(row);
        }
        Object after = truth.state(id);
        require(!meta.caller().user().isEmpty() && !meta.reason().isEmpty(), "I7", "nobody did %s", first);
        if (meta.commandId().startsWith(CLIENT_COMMAND)) {
            boolean newOne =
                    commandsDone.computeIfAbsent(id, any -> new HashSet<>()).add(meta.commandId());
            require(newOne, "once", "%s did command %s twice", id, meta.commandId());
        }
        if (after instanceof NodeState node) {
            String name = PersistenceIds.decode(id).parts().get(0);
            NodeState was = before == null ? NodeState.ABSENT : (NodeState) before;
            slots(name, was, node, rows);
            if (rows.stream().noneMatch(row -> row.recorded().event() instanceof NodeEvent.PodTakenOver)) {
                // What comes into its keeping runs there already, maybe since before the node joined again.
                room(name, was, node);
            }
        } else if (after instanceof DaemonSetState daemonSet) {
            history(id, (DaemonSetState) before, daemonSet, rows);
        }
        ObjectLives.check(id, before, after, rows);
        forced.stored(before, rows);
        budget.stored(id, before, after, rows);
    }

    private void slots(String name, NodeState before, NodeState after, List<SimJournal.Row> rows) {
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
        for (SimJournal.Row row : rows) {
            EventMeta meta = row.recorded().meta();
            if (row.recorded().event() instanceof NodeEvent.DaemonSetRetired retired) {
                retiredUntil.put(name + "/" + retired.daemonSetUid(), retired.untilMillis());
            } else if (row.recorded().event() instanceof NodeEvent.PodCreation creation) {
                NodeEvent.DaemonPodCreated created = creation.facts();
                require(
                        retiredUntil.getOrDefault(name + "/" + created.daemonSetUid(), 0L) < meta.atMillis(),
                        "retired",
                        "%s made a Pod of the removed DaemonSet %s",
                        name,
                        created.daemonSet());
                beside(name, before, after, created, meta);
            } else if (row.recorded().event() instanceof NodeEvent.DaemonPodAdopted adopted) {
                require(
                        retiredUntil.getOrDefault(name + "/" + adopted.daemonSetUid(), 0L) < meta.atMillis(),
                        "retired",
                        "%s gave a Pod to the removed DaemonSet %s",
                        name,
                        adopted.daemonSet());
            }
        }
    }

    /** What may be in the slot already when a Pod is made. */
    private void beside(
            String name, NodeState before, NodeState after, NodeEvent.DaemonPodCreated created, EventMeta meta) {
        boolean surge = surged(created);
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

    /**
     * By the generation that asked for the Pod: a former owner may not know of a newer one, and neither does the Node.
     */
    private boolean surged(NodeEvent.DaemonPodCreated created) {
        String id = PersistenceIds.encode(EntityIds.DAEMON_SET, created.namespace(), created.daemonSet());
        for (Object state : truth.statesSince(id, 0)) {
            DaemonSetState daemonSet = (DaemonSetState) state;
            if (daemonSet.current() != null
                    && daemonSet.current().uid().equals(created.daemonSetUid())
                    && daemonSet.current().generation() == created.generation()
                    && daemonSet.current().spec().surge()) {
                return true;
            }
        }
        return false;
    }

    /** A node is not filled beyond what it has; one that shrank may be too full already. */
    private static void room(String name, NodeState before, NodeState after) {
        if (after.exists() && after.requested().milliCpu() > before.requested().milliCpu()) {
            require(
                    after.requested().milliCpu() <= after.facts().allocatable().milliCpu(),
                    "room",
                    "%s has %s and %s are requested",
                    name,
                    after.facts().allocatable(),
                    after.requested());
        }
    }

    /** I7: each template is in the history with the change that brought it; what is current stays. */
    private static void history(String id, DaemonSetState before, DaemonSetState after, List<SimJournal.Row> rows) {
        if (after.current() == null
                || after.current().spec().deleting()
                        && after.current().revisions().isEmpty()) {
            // What is deleted as an orphan's owner may have left its history behind already.
            return;
        }
        require(
                after.current().revisions().containsKey(after.current().currentRevision()),
                "I7",
                "%s has no revision %s",
                id,
                after.current().currentRevision());
        boolean recorded = false;
        boolean stored = false;
        for (SimJournal.Row row : rows) {
            recorded |= row.recorded().event() instanceof DaemonSetEvent.RevisionRecorded
                    || row.recorded().event() instanceof DaemonSetEvent.RevisionRenumbered;
            stored |= row.recorded().event() instanceof DaemonSetEvent.Stored;
        }
        if (stored) {
            boolean same = before != null
                    && before.current() != null
                    && before.current().uid().equals(after.current().uid())
                    && template(before).equals(template(after));
            require(same != recorded, "I7", "%s has a new template and no revision, or the reverse", id);
        }
        long highest = after.current().revisions().values().stream()
                .mapToLong(revision -> revision.number())
                .max()
                .orElse(0);
        require(
                after.current()
                                .revisions()
                                .get(after.current().currentRevision())
                                .number()
                        == highest,
                "I7",
                "%s: the current revision is not the newest",
                id);
    }

    private static Object template(DaemonSetState state) {
        return PodTemplateHash.canonical(Json.at(state.current().object().tree(), "spec", "template"));
    }
}
