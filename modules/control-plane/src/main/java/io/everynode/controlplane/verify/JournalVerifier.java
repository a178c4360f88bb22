package io.everynode.controlplane.verify;

import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventSerializer;
import io.everynode.controlplane.invariants.Aggregates;
import io.everynode.controlplane.invariants.BrokenInvariant;
import io.everynode.controlplane.invariants.CatalogPods;
import io.everynode.controlplane.invariants.HistoryRules;
import io.everynode.controlplane.invariants.ObjectLives;
import io.everynode.controlplane.invariants.SlotRules;
import io.everynode.controlplane.invariants.StoredEvent;
import io.everynode.controlplane.invariants.WatchFold;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.journal.transfer.JournalRecord;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Folds a journal as the catalog does, and checks after every event and every persist what can be known of it from the
 * journal alone ({@link Check}). It goes on behind a break; an entity of which an event could not be applied is folded
 * no further. What it holds grows with the objects that are there, and with the names and UIDs that ever were, not with
 * events. For one thread.
 */
public final class JournalVerifier {
    /** The fold collects for planners what nobody takes here. */
    private static final int DRAIN_EVERY = 1_000;

    private final VerifyReport report;
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, Persist> open = new HashMap<>();
    private final Set<String> given = new HashSet<>();

    /** Of Pods and DaemonSets, whose states the catalog drops when there is nothing left to show. */
    private final Map<String, Object> states = new HashMap<>();

    private final SlotRules slots = new SlotRules();
    private final HistoryRules history = new HistoryRules();
    // Whether a write took the last finalizer away cannot be seen in its event.
    private final ObjectLives lives = new ObjectLives(caller -> true);
    private final ObjectRules objects = new ObjectRules();
    private final WatchFold watch = new WatchFold();
    private CatalogFold fold = new CatalogFold(CatalogVersion.EMPTY);
    private CatalogVersion catalog = CatalogVersion.EMPTY;
    private JournalRecord row;

    /** @param keep how many breaks of each check to keep for the report; all are counted */
    public JournalVerifier(int keep) {
        this.report = new VerifyReport(keep);
    }

    /** Takes the next row, in the order in which they are read. */
    public void add(JournalRecord next) {
        row = next;
        order();
        sequence();
        report.looked(Check.KEPT);
        if (next.deleted()) {
            // As the tail does it.
            broken(Check.KEPT, "it is marked as deleted");
            return;
        }
        Recorded<? extends Event> recorded = read();
        if (recorded == null) {
            open.remove(next.persistenceId());
            give(next.persistenceId());
            return;
        }
        EventMeta meta = recorded.meta();
        if (meta.caller().user().isEmpty() || meta.reason().isEmpty()) {
            broken(Check.KEPT, "it does not say who did it and why");
        }
        persist(new StoredEvent(next.ordering(), next.persistenceId(), next.sequenceNumber(), recorded));
        if (report.events % DRAIN_EVERY == 0) {
            fold.takeTouched();
        }
    }

    private void order() {
        report.looked(Check.ORDER);
        if (report.events > 0 && row.ordering() <= report.last) {
            broken(Check.ORDER, "it comes after ordering " + report.last);
        }
        if (report.events == 0) {
            report.first = row.ordering();
        }
        report.events++;
        report.last = row.ordering();
    }

    private void sequence() {
        report.looked(Check.SEQUENCE);
        Long before = sequences.put(row.persistenceId(), row.sequenceNumber());
        long expected = before == null ? 1 : before + 1;
        if (row.sequenceNumber() != expected) {
            broken(Check.SEQUENCE, "event " + row.sequenceNumber() + " stands where " + expected + " belongs");
        }
    }

    /** Null when it cannot be read. */
    private Recorded<? extends Event> read() {
        report.looked(Check.READABLE);
        try {
            if (row.serializerId() != EventSerializer.IDENTIFIER) {
                throw new IllegalArgumentException(
                        "serializer " + row.serializerId() + " is not " + EventSerializer.IDENTIFIER);
            }
            Recorded<? extends Event> recorded = EventCodec.decode(row.manifest(), row.payload());
            String type = PersistenceIds.decode(row.persistenceId()).type();
            if (!type.equals(entityType(recorded.event()))) {
                throw new IllegalArgumentException("an event of a " + entityType(recorded.event()));
            }
            return recorded;
        } catch (RuntimeException unreadable) {
            broken(Check.READABLE, said(unreadable));
            return null;
        }
    }

    private static String entityType(Event event) {
        if (event instanceof NodeEvent) {
            return EntityIds.NODE;
        }
        if (event instanceof DaemonSetEvent) {
            return EntityIds.DAEMON_SET;
        }
        if (event instanceof PodEvent) {
            return EntityIds.POD;
        }
        return event instanceof ResourceEvent ? EntityIds.RESOURCE : EntityIds.TEMPLATE;
    }

    private void persist(StoredEvent event) {
        String id = event.persistenceId();
        int following = event.recorded().meta().more();
        Persist persist = open.remove(id);
        report.looked(Check.PERSIST);
        if (persist != null && following != persist.following - 1) {
            broken(
                    Check.PERSIST,
                    "the persist that began at ordering "
                            + persist.events.get(0).ordering() + " lacks " + persist.following + " events");
            persist = null;
        }
        if (given.contains(id)) {
            report.notFolded++;
            return;
        }
        if (persist == null) {
            persist = new Persist(state(id));
        }
        if (!apply(event)) {
            give(id);
            return;
        }
        persist.add(event, row.manifest(), state(id));
        if (following > 0) {
            open.put(id, persist);
        } else {
            stored(id, persist);
        }
    }

    /** Its events are folded no further. */
    private void give(String id) {
        given.add(id);
        states.remove(id);
    }

    private Object state(String id) {
        if (!id.startsWith(EntityIds.NODE + "|")) {
            return states.get(id);
        }
        return catalog.nodes().get(PersistenceIds.decode(id).parts().get(0));
    }

    private boolean apply(StoredEvent event) {
        Event what = event.recorded().event();
        if (what instanceof NodeEvent.PodCreation creation) {
            report.looked(Check.TEMPLATE);
            String template = creation.facts().template();
            if (!template.isEmpty() && !catalog.hasTemplate(template)) {
                broken(
                        Check.TEMPLATE,
                        "Pod " + creation.facts().name() + " names template " + template
                                + ", which is not in the journal before it");
                return false;
            }
        }
        report.looked(Check.EVOLVE);
        try {
            if (what instanceof PodEvent || what instanceof DaemonSetEvent) {
                String id = event.persistenceId();
                states.put(id, Aggregates.evolve(id, states.get(id), event));
            }
            fold.apply(event.ordering(), event.persistenceId(), event.sequenceNumber(), event.recorded());
        } catch (RuntimeException | StackOverflowError thrown) {
            broken(Check.EVOLVE, said(thrown));
            // What it has half done is taken back.
            fold = new CatalogFold(catalog);
            return false;
        }
        catalog = fold.version();
        if (fold.takeEventsExpired() > 0) {
            watch.eventsExpired();
        }
        List<Change> changes = fold.takeChanges();
        report.looked(Check.ONE_CHANGE);
        checked(Check.ONE_CHANGE, () -> watch.follow(changes));
        for (Change change : changes) {
            report.looked(Check.NAMES);
            report.looked(Check.UIDS);
            report.looked(Check.NAMESPACES);
            objects.look(change, catalog, this::broken);
        }
        return true;
    }

    /** A persist is whole. */
    private void stored(String id, Persist persist) {
        Object after = persist.after;
        if (after instanceof NodeState node) {
            report.looked(Check.AT_MOST_ONE);
            report.looked(Check.SLOTS);
            NodeState before = persist.before == null ? NodeState.ABSENT : (NodeState) persist.before;
            String name = PersistenceIds.decode(id).parts().get(0);
            checked(Check.SLOTS, () -> slots.node(name, before, node, persist.events));
        } else if (after instanceof DaemonSetState daemonSet) {
            report.looked(Check.HISTORY);
            slots.daemonSet(daemonSet);
            checked(
                    Check.HISTORY,
                    () -> history.daemonSet(id, (DaemonSetState) persist.before, daemonSet, persist.events));
        }
        report.looked(Check.LIVES);
        checked(Check.LIVES, () -> lives.check(id, persist.before, after, persist.events));
    }

    private void checked(Check check, Runnable rule) {
        try {
            rule.run();
        } catch (BrokenInvariant failed) {
            Check which = switch (failed.invariant()) {
                case "I1" -> Check.AT_MOST_ONE;
                case "I7" -> Check.HISTORY;
                default -> check;
            };
            broken(which, failed.getMessage());
        }
    }

    private static String said(Throwable thrown) {
        String message = thrown.getMessage() == null
                ? ""
                : thrown.getMessage().lines().findFirst().orElse("");
        return message.isEmpty() ? thrown.toString() : message;
    }

    private void broken(Check check, String why) {
        report.broken(new JournalBreak(
                check, row.ordering(), row.persistenceId(), row.sequenceNumber(), row.manifest(), why));
    }

    /** Says that there are no more rows, looks at what is there in the end, and gives the report. Call it once. */
    public VerifyReport end() {
        open.forEach((id, persist) -> {
            StoredEvent last = persist.last();
            report.broken(new JournalBreak(
                    Check.PERSIST,
                    last.ordering(),
                    id,
                    last.sequenceNumber(),
                    persist.manifest,
                    "the journal ends before " + persist.following + " more events of this persist"));
        });
        report.entities = sequences.size();
        for (Kind kind : Kinds.all()) {
            report.objects += catalog.count(kind);
        }
        if (row != null && open.isEmpty()) {
            report.looked(Check.CATALOG);
            checked(Check.CATALOG, () -> CatalogPods.compare(catalog));
            checked(Check.ONE_CHANGE, () -> watch.compare(catalog));
        }
        return report;
    }
}
