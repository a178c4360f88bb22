package io.everynode.controlplane.simulation;

import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.invariants.StoredEvent;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The journal: one order, a primary key (persistenceId, sequence number), atomic persists. Every event passes the real
 * codec.
 */
final class SimJournal {

    /**
     * @param recorded as decoded from its bytes
     * @param bytes as a tail reads it
     */
    record Row(
            long ordering,
            String persistenceId,
            long sequence,
            long atMillis,
            Recorded<? extends Event> recorded,
            JournalRow bytes) {
        StoredEvent event() {
            return new StoredEvent(ordering, persistenceId, sequence, recorded);
        }
    }

    /** One atomic persist on its way. */
    record Write(String persistenceId, long firstSequence, List<? extends Recorded<? extends Event>> events) {}

    private final List<Row> rows = new ArrayList<>();
    private final Map<String, List<Row>> byEntity = new TreeMap<>();
    private final Decisions decisions;
    private long ordering;

    SimJournal(Decisions decisions) {
        this.decisions = decisions;
    }

    /**
     * One transaction: all of the writes or, when the primary key of one row is taken, none. Rows of different persists
     * may come to stand between each other.
     *
     * @return the rows of each write in their order, or an empty list
     */
    List<List<Row>> append(List<Write> writes, Chance chance, long atMillis) {
        Map<String, Long> last = new HashMap<>();
        int count = 0;
        for (Write write : writes) {
            long before = last.getOrDefault(
                    write.persistenceId(), (long) rowsOf(write.persistenceId()).size());
            if (decisions.primaryKeyHolds() && write.firstSequence() <= before) {
                skip(writes.stream().mapToInt(one -> one.events().size()).sum());
                return List.of();
            }
            last.put(
                    write.persistenceId(),
                    write.firstSequence() + write.events().size() - 1);
            count += write.events().size();
        }
        List<List<Row>> stored = new ArrayList<>();
        writes.forEach(write -> stored.add(new ArrayList<>()));
        int current = 0;
        while (count > 0) {
            if (chance.oneIn(3)
                    || stored.get(current).size()
                            == writes.get(current).events().size()) {
                current = chance.below(writes.size());
                continue;
            }
            Write write = writes.get(current);
            // Of one entity's two persists the first comes first.
            int at = current;
            for (int earlier = 0; earlier < at; earlier++) {
                if (writes.get(earlier).persistenceId().equals(write.persistenceId())
                        && stored.get(earlier).size()
                                < writes.get(earlier).events().size()) {
                    current = earlier;
                    break;
                }
            }
            stored.get(current)
                    .add(append(writes.get(current), stored.get(current).size(), atMillis));
            count--;
        }
        return stored;
    }

    private Row append(Write write, int index, long atMillis) {
        Recorded<? extends Event> event = write.events().get(index);
        String manifest = EventTypes.of(event.event()).manifest();
        byte[] bytes = EventCodec.packed(event);
        ordering++;
        Row row = new Row(
                ordering,
                write.persistenceId(),
                write.firstSequence() + index,
                atMillis,
                decisions.decoded(EventCodec.decode(manifest, bytes)),
                new JournalRow(
                        ordering, write.persistenceId(), write.firstSequence() + index, atMillis, 0, manifest, bytes));
        rows.add(row);
        byEntity.computeIfAbsent(write.persistenceId(), id -> new ArrayList<>()).add(row);
        return row;
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
