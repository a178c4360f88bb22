package io.everynode.core.event;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The commands that an entity persisted lately, so that one that is repeated (its answer was lost, or its persist
 * "failed" and was stored all the same) is answered and not done again. Bounded by count and age.
 */
public record RecentCommands(List<Entry> entries) {

    /** More than can be in flight to one entity within {@link #MAX_AGE_MILLIS} from clients that repeat. */
    public static final int MAX_ENTRIES = 64;

    /** Commands are refused 30 s after they were made; twice that covers clocks that differ. */
    public static final long MAX_AGE_MILLIS = 60_000;

    public static final RecentCommands NONE = new RecentCommands(List.of());

    /** @param sequenceNumber of the last event that the command led to */
    public record Entry(String id, long sequenceNumber, long atMillis) {}

    public OptionalLong sequenceNumberOf(String commandId) {
        for (Entry entry : entries) {
            if (entry.id().equals(commandId)) {
                return OptionalLong.of(entry.sequenceNumber());
            }
        }
        return OptionalLong.empty();
    }

    /** To be called for every event; only the last one of a persist is remembered. */
    public RecentCommands evolve(EventMeta meta, long sequenceNumber) {
        if (meta.more() > 0 || meta.commandId().isEmpty()) {
            return this;
        }
        List<Entry> kept = new ArrayList<>(Math.min(entries.size() + 1, MAX_ENTRIES));
        int from = Math.max(0, entries.size() - MAX_ENTRIES + 1);
        for (Entry entry : entries.subList(from, entries.size())) {
            if (meta.atMillis() - entry.atMillis() <= MAX_AGE_MILLIS) {
                kept.add(entry);
            }
        }
        kept.add(new Entry(meta.commandId(), sequenceNumber, meta.atMillis()));
        return new RecentCommands(List.copyOf(kept));
    }
}
