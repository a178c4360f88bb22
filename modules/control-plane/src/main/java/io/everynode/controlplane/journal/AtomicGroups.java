package io.everynode.controlplane.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Holds rows back until every persist that began among them is whole. The rows of one persist are in one transaction,
 * but between rows of other entities that were written with it. Not safe for several threads.
 */
public final class AtomicGroups {
    /** Far more than a transaction of the plugin holds (400 events, or one larger persist): reached only by a fault. */
    static final int MAX_HELD_ROWS = 100_000;

    /** A persist of which rows are still to come. */
    private record Open(long beganAt, long lastSequenceNumber, int following) {}

    private final ToIntFunction<JournalRow> following;
    private final Map<String, Open> open = new HashMap<>();
    private List<JournalRow> held = new ArrayList<>();
    private int whole;

    /** @param following how many rows of the same persist follow a row */
    public AtomicGroups(ToIntFunction<JournalRow> following) {
        this.following = following;
    }

    /**
     * Takes the next row of the journal.
     *
     * @throws UnreadableEvent if its count cannot be read or contradicts the row before it; the row is not taken then
     */
    public void add(JournalRow row) {
        int count = countOf(row);
        Open before = open.get(row.persistenceId());
        if (before != null
                && (count != before.following() - 1 || row.sequenceNumber() != before.lastSequenceNumber() + 1)) {
            throw new UnreadableEvent(
                    row.ordering(),
                    row.persistenceId() + " event " + row.sequenceNumber() + " does not continue the persist that began"
                            + " at ordering " + before.beganAt(),
                    null);
        }
        if (held.size() >= MAX_HELD_ROWS) {
            throw new UnreadableEvent(
                    row.ordering(), "more than " + MAX_HELD_ROWS + " rows wait: " + whatIsOpen(), null);
        }
        held.add(row);
        if (count == 0) {
            open.remove(row.persistenceId());
        } else {
            long beganAt = before == null ? row.ordering() : before.beganAt();
            open.put(row.persistenceId(), new Open(beganAt, row.sequenceNumber(), count));
        }
        if (open.isEmpty()) {
            whole = held.size();
        }
    }

    private int countOf(JournalRow row) {
        int count;
        try {
            count = following.applyAsInt(row);
        } catch (UnreadableEvent unreadable) {
            throw unreadable;
        } catch (RuntimeException unreadable) {
            throw new UnreadableEvent(row.ordering(), String.valueOf(unreadable.getMessage()), unreadable);
        }
        if (count < 0) {
            throw new UnreadableEvent(row.ordering(), "a persist with " + count + " more events", null);
        }
        return count;
    }

    /** Hands out the rows up to the last point at which no persist was open; maybe none. */
    public List<JournalRow> takeWhole() {
        List<JournalRow> taken = List.copyOf(held.subList(0, whole));
        held = new ArrayList<>(held.subList(whole, held.size()));
        whole = 0;
        return taken;
    }

    /** Whether rows are held of a persist that is not whole. */
    boolean anyOpen() {
        return !open.isEmpty();
    }

    /** Names the oldest persist that is not whole. */
    String whatIsOpen() {
        return open.isEmpty()
                ? "no persist is open"
                : Collections.min(
                                open.entrySet(),
                                Map.Entry.comparingByValue((a, b) -> Long.compare(a.beganAt(), b.beganAt())))
                        .toString();
    }

    /** Forgets all rows that were not handed out, to read them again. */
    void clear() {
        open.clear();
        held.clear();
        whole = 0;
    }
}
