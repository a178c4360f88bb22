package io.everynode.controlplane.simulation;

import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The journal: one order, a primary key (persistenceId, sequence number), atomic persists. Every event passes the real
 * codec.
 */
final class SimJournal {

    /** @param recorded as decoded from its bytes */
    record Row(long ordering, String persistenceId, long sequence, long atMillis, Recorded<? extends Event> recorded) {}

    private final List<Row> rows = new ArrayList<>();
    private final Map<String, List<Row>> byEntity = new TreeMap<>();
    private final Decisions decisions;
    private long ordering;

    SimJournal(Decisions decisions) {
        this.decisions = decisions;
    }

    /** The rows that were stored, or none when the primary key of one is taken. */
    List<Row> append(
            String persistenceId, long firstSequence, List<? extends Recorded<? extends Event>> events, long atMillis) {
        List<Row> own = byEntity.computeIfAbsent(persistenceId, id -> new ArrayList<>());
        if (decisions.primaryKeyHolds() && firstSequence <= own.size()) {
            ordering += events.size();
            return List.of();
        }
        List<Row> stored = new ArrayList<>(events.size());
        for (Recorded<? extends Event> event : events) {
            String manifest = EventTypes.of(event.event()).manifest();
            Recorded<? extends Event> decoded = EventCodec.decode(manifest, EventCodec.encode(event));
            stored.add(new Row(
                    ++ordering, persistenceId, firstSequence + stored.size(), atMillis, decisions.decoded(decoded)));
        }
        rows.addAll(stored);
        own.addAll(stored);
        return stored;
    }

    /** A transaction was rolled back: its orderings are gone. */
    void skip(int orderings) {
        ordering += orderings;
    }

    List<Row> rows() {
        return rows;
    }

    List<Row> rowsOf(String persistenceId) {
        return byEntity.getOrDefault(persistenceId, List.of());
    }

    Map<String, List<Row>> byEntity() {
        return byEntity;
    }

    /** {@code max(ordering)} of what is stored. */
    long maxOrdering() {
        return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).ordering();
    }

    /** When the row of this ordering, or the last one before it, was stored. */
    long timeOf(long version) {
        int low = 0;
        int high = rows.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (rows.get(middle).ordering() <= version) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? 0 : rows.get(high).atMillis();
    }
}
