package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.invariants.Aggregates;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.RecentCommands;
import io.everynode.core.node.NodeState;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the journal says of each aggregate, now and at every earlier ordering: folded row by row from the decoded
 * events.
 */
final class Truth {

    private final Map<String, Object> states = new TreeMap<>();
    private final Map<String, NavigableMap<Long, Object>> history = new TreeMap<>();

    private final Map<String, RecentCommands> recent = new TreeMap<>();

    /** The commands that its last rows remember. */
    RecentCommands recent(String id) {
        return recent.getOrDefault(id, RecentCommands.NONE);
    }

    Object state(String id) {
        return states.get(id);
    }

    Map<String, Object> states() {
        return states;
    }

    NodeState node(String name) {
        return (NodeState) states.getOrDefault(PersistenceIds.encode(EntityIds.NODE, name), NodeState.ABSENT);
    }

    /** As a catalog of that version shows it. */
    Object stateAt(String id, long version) {
        Map.Entry<Long, Object> found =
                history.getOrDefault(id, new TreeMap<>()).floorEntry(version);
        return found == null ? null : found.getValue();
    }

    /** All states that the aggregate had from that version on, oldest first. */
    Iterable<Object> statesSince(String id, long version) {
        NavigableMap<Long, Object> all = history.getOrDefault(id, new TreeMap<>());
        Long from = all.floorKey(version);
        return from == null ? all.values() : all.tailMap(from, true).values();
    }

    void apply(SimJournal.Row row) {
        String id = row.persistenceId();
        Object next = Aggregates.evolve(id, states.get(id), row.event());
        states.put(id, next);
        recent.put(id, recent(id).evolve(row.recorded().meta(), row.sequence()));
        history.computeIfAbsent(id, any -> new TreeMap<>()).put(row.ordering(), next);
    }
}
