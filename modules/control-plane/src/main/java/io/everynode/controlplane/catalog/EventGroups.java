package io.everynode.controlplane.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which core Event says again what happens once more, so that many alike become one with a count, as client-go's event
 * correlator does it (tools/record/events_cache.go): the same message raises its Event's count; of an object's Events
 * of one reason, those beyond {@link #MAX_ALIKE} within {@link #INTERVAL} share one. Unlike there none is lost to a
 * rate limit. Bounded; what it answers follows from the journal alone. For one thread.
 */
final class EventGroups {

    static final int MAX_ALIKE = 10;

    static final Duration INTERVAL = Duration.ofMinutes(10);

    /** Said before the newest message of an Event that stands for many. */
    static final String COMBINED = "(combined from similar events): ";

    /** Client-go's cache has this size, too; a group that falls out begins anew. */
    private static final int MAX_GROUPS = 4096;

    /** What alike Events have in common. */
    record Alike(String uid, String name, String type, String reason, String component) {}

    /** Events by the ordering that names them. */
    private static final class Group {
        private final Map<String, Long> byMessage = new HashMap<>();
        private Long combined;
        private long lastMillis;
    }

    /**
     * @param known the ordering that names the Event which may be held; null for a new one
     * @param combined whether it stands for many messages
     */
    record Place(Long known, boolean combined) {}

    /** A group as it is at one moment. */
    record Held(Alike alike, Map<String, Long> byMessage, Long combined, long lastMillis) {}

    /** All groups, those that were used least lately first. */
    List<Held> held() {
        List<Held> all = new ArrayList<>(groups.size());
        groups.forEach((alike, group) ->
                all.add(new Held(alike, Map.copyOf(group.byMessage), group.combined, group.lastMillis)));
        return all;
    }

    /** Takes over what {@link #held} gave. */
    void hold(List<Held> all) {
        for (Held one : all) {
            Group group = new Group();
            group.byMessage.putAll(one.byMessage());
            group.combined = one.combined();
            group.lastMillis = one.lastMillis();
            groups.put(one.alike(), group);
        }
    }

    private final Map<Alike, Group> groups = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Alike, Group> eldest) {
            return size() > MAX_GROUPS;
        }
    };

    Place place(Alike alike, String message, long atMillis) {
        Group group = groups.get(alike);
        if (group == null || atMillis - group.lastMillis > INTERVAL.toMillis()) {
            group = new Group();
            groups.put(alike, group);
        }
        group.lastMillis = atMillis;
        Long same = group.byMessage.get(message);
        if (same != null || group.byMessage.size() < MAX_ALIKE) {
            return new Place(same, false);
        }
        return new Place(group.combined, true);
    }

    /** The Event of that place is the one named by this ordering now. */
    void placed(Alike alike, String message, boolean combined, long ordering) {
        Group group = groups.get(alike);
        if (combined) {
            group.combined = ordering;
        } else {
            group.byMessage.put(message, ordering);
        }
    }
}
