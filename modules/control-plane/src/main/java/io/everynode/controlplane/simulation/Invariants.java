package io.everynode.controlplane.simulation;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import io.everynode.controlplane.invariants.HistoryRules;
import io.everynode.controlplane.invariants.ObjectLives;
import io.everynode.controlplane.invariants.SlotRules;
import io.everynode.controlplane.invariants.StoredEvent;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.WriteReply;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold after every persist, judged by the journal alone: I1 and the rules of a slot ({@link SlotRules}), I3,
 * I4, I6 ({@link RolloutBudget}), I7 ({@link HistoryRules}); {@link ObjectLives} adds those of single objects.
 */
final class Invariants {

    /** Ids of clients' commands begin so; each is done once. */
    static final String CLIENT_COMMAND = "client-";

    private final SimJournal journal;
    private final Truth truth = new Truth();
    private final RolloutBudget budget;
    private final ForcedEnds forced = new ForcedEnds(truth);
    private final Map<String, Set<String>> commandsDone = new HashMap<>();
    private final SlotRules slots = new SlotRules();
    private final HistoryRules history = new HistoryRules();
    private final ObjectLives lives = new ObjectLives(Clients.HOLDER::equals);
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
        List<StoredEvent> events = rows.stream().map(SimJournal.Row::event).toList();
        require(!meta.caller().user().isEmpty() && !meta.reason().isEmpty(), "I7", "nobody did %s", first);
        if (meta.commandId().startsWith(CLIENT_COMMAND)) {
            boolean newOne =
                    commandsDone.computeIfAbsent(id, any -> new HashSet<>()).add(meta.commandId());
            require(newOne, "once", "%s did command %s twice", id, meta.commandId());
        }
        if (after instanceof NodeState node) {
            String name = PersistenceIds.decode(id).parts().get(0);
            NodeState was = before == null ? NodeState.ABSENT : (NodeState) before;
            slots.node(name, was, node, events);
            if (rows.stream().noneMatch(row -> row.recorded().event() instanceof NodeEvent.PodTakenOver)) {
                // What comes into its keeping runs there already, maybe since before the node joined again.
                room(name, was, node);
            }
        } else if (after instanceof DaemonSetState daemonSet) {
            slots.daemonSet(daemonSet);
            history.daemonSet(id, (DaemonSetState) before, daemonSet, events);
        }
        lives.check(id, before, after, events);
        forced.stored(before, rows);
        budget.stored(id, before, after, rows);
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
}
