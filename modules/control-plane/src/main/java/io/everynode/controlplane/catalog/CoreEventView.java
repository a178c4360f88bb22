package io.everynode.controlplane.catalog;

import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodEvent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Core Events of the control plane: a view of the journal, at most one for each journal event, which says what
 * {@link CoreEventTexts} has for it; named by object and ordering, rendered when read. Many alike become one with a
 * count ({@link EventGroups}). Bounded; which are dropped follows from the journal alone, so that all JVMs agree.
 */
final class CoreEventView {

    /** Some 300 bytes each: 30 MB. */
    static final int MAX_EVENTS = 50_000;

    /** Dropped at once when there are too many, so that watches of Events seldom end for it. */
    static final int DROPPED_AT_ONCE = 10_000;

    /** By the ordering that names them; those that happened again lately come last. */
    private final LinkedHashMap<Long, CoreEvent> oldestFirst = new LinkedHashMap<>();

    private final EventGroups groups = new EventGroups();
    private long expiredAt;

    /** @param dropped Events that are no longer held */
    record Update(StoredObject added, List<StoredObject> dropped) {}

    /** What there is at one moment, with which another view goes on as this one. */
    record Held(List<CoreEvent> oldestFirst, List<EventGroups.Held> groups) {}

    Held held() {
        return new Held(List.copyOf(oldestFirst.values()), groups.held());
    }

    /** Takes over what {@link #held} gave; for a view that is new. */
    void hold(Held held) {
        held.oldestFirst().forEach(event -> oldestFirst.put(event.ordering(), event));
        groups.hold(held.groups());
    }

    /** The ordering at which Events were last dropped since the last call; 0 for none. */
    long takeExpired() {
        long was = expiredAt;
        expiredAt = 0;
        return was;
    }

    /** Null when the journal event makes no core Event. */
    Update of(
            String node,
            NodeState before,
            NodeState after,
            EventMeta meta,
            NodeEvent event,
            long ordering,
            String persistenceId,
            long sequence) {
        return add(CoreEventTexts.of(node, before, after, meta, event), meta, ordering, persistenceId, sequence);
    }

    Update of(
            String namespace,
            String name,
            EventMeta meta,
            PodEvent event,
            long ordering,
            String persistenceId,
            long sequence) {
        return add(CoreEventTexts.of(namespace, name, meta, event), meta, ordering, persistenceId, sequence);
    }

    /** The Events of a namespace that is gone; they are held no longer, and open watches of Events cannot go on. */
    List<StoredObject> drop(String namespace, long ordering) {
        List<StoredObject> dropped = new ArrayList<>();
        oldestFirst.values().removeIf(event -> event.namespace().equals(namespace) && dropped.add(event));
        if (!dropped.isEmpty()) {
            expiredAt = ordering;
        }
        return dropped;
    }

    /** Null when the change of status is nothing to warn of. */
    Update ofStatus(
            DaemonSetState before,
            DaemonSetState after,
            EventMeta meta,
            long ordering,
            String persistenceId,
            long sequence) {
        CoreEventTexts.Said said = CoreEventTexts.of(before, after);
        if (said == null) {
            return null;
        }
        // Only the newest message matters: one with a count, whatever was said before.
        return place(said.event(meta, ordering, persistenceId, sequence), said.reason(), said.message());
    }

    Update ofCreation(
            DaemonSetState state,
            EventMeta meta,
            DaemonSetEvent.CreationFailed failed,
            long ordering,
            String persistenceId,
            long sequence) {
        return add(CoreEventTexts.of(state, failed), meta, ordering, persistenceId, sequence);
    }

    /** @param said null for nothing */
    private Update add(CoreEventTexts.Said said, EventMeta meta, long ordering, String persistenceId, long sequence) {
        return said == null
                ? null
                : place(said.event(meta, ordering, persistenceId, sequence), said.message(), said.message());
    }

    private Update place(CoreEvent event, String alikeBy, String message) {
        EventGroups.Alike alike = event.alike();
        EventGroups.Place place = groups.place(alike, alikeBy, event.lastMillis());
        CoreEvent known = place.known() == null ? null : oldestFirst.remove(place.known());
        String shown = place.combined() ? EventGroups.COMBINED + message : message;
        CoreEvent now = known == null ? event.saying(shown) : known.again(event, shown);
        groups.placed(alike, alikeBy, place.combined(), now.ordering());
        oldestFirst.put(now.ordering(), now);
        if (oldestFirst.size() <= MAX_EVENTS) {
            return new Update(now, List.of());
        }
        expiredAt = event.ordering();
        List<StoredObject> dropped = new ArrayList<>(DROPPED_AT_ONCE);
        Iterator<CoreEvent> oldest = oldestFirst.values().iterator();
        for (int i = 0; i < DROPPED_AT_ONCE; i++) {
            dropped.add(oldest.next());
            oldest.remove();
        }
        return new Update(now, dropped);
    }
}
