package io.everynode.faults.chaos.record;

import java.util.List;

/**
 * What one watcher saw without a gap: a list, and every event after it over any number of connections that each resumed
 * from the last version. Another stretch begins only when a resume was answered with 410.
 *
 * @param from the list's resourceVersion
 * @param through up to which version everything was seen: that of the last event or bookmark
 */
public record Stretch(
        String watcher, String resource, long from, List<Snapshot> listed, List<Seen> events, long through) {
    public Stretch {
        listed = List.copyOf(listed);
        events = List.copyOf(events);
    }

    public boolean covers(long version) {
        return from < version && version <= through;
    }
}
