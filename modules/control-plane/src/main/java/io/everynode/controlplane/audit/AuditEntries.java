package io.everynode.controlplane.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.AuditRows;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.audit.ObjectDifference;
import io.everynode.core.audit.RequestCause;
import io.everynode.core.audit.RequestedPlace;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Makes entries of journal rows: of which object an event tells, and what it changed. For one thread at a time. */
final class AuditEntries {

    private final AuditRows rows;
    private final BiFunction<Long, Kind, Optional<Change>> recent;
    private final Function<JournalRow, Event> reader;

    /**
     * What one event tells.
     *
     * @param name "" where the event names the object by its uid only
     * @param after the object, or what the event holds of it; null when it is gone or the event does not hold it
     * @param carriers the types of earlier events of the entity that hold the object as it was; empty where none do
     */
    record Draft(
            JournalRow row,
            EventMeta meta,
            Kind kind,
            String namespace,
            String name,
            String uid,
            boolean removal,
            JsonBytes after,
            Set<String> carriers) {}

    AuditEntries(AuditRows rows, BiFunction<Long, Kind, Optional<Change>> recent, Function<JournalRow, Event> reader) {
        this.rows = rows;
        this.recent = recent;
        this.reader = reader;
    }

    /** Empty for an event that changes no object. */
    Optional<Draft> draft(JournalRow row, EventMeta meta) {
        Event event = reader.apply(row);
        List<String> id = PersistenceIds.decode(row.persistenceId()).parts();
        if (event instanceof ResourceEvent resource) {
            Kind kind = EntityIds.kindOf(id);
            return Optional.of(
                    resource instanceof ResourceEvent.Present stored
                            ? stored(row, meta, kind, id.get(2), id.get(3), stored.object(), AuditedEvents.OF_RESOURCE)
                            : removed(row, meta, kind, id.get(2), id.get(3), ((ResourceEvent.Removed) resource).uid()));
        }
        if (event instanceof NodeEvent node) {
            return ofNode(row, meta, id.get(0), node);
        }
        if (event instanceof DaemonSetEvent daemonSet) {
            return ofDaemonSet(row, meta, id.get(0), id.get(1), daemonSet);
        }
        return event instanceof PodEvent pod ? ofPod(row, meta, id.get(0), id.get(1), pod) : Optional.empty();
    }

    private static Optional<Draft> ofNode(JournalRow row, EventMeta meta, String name, NodeEvent event) {
        if (event instanceof NodeEvent.Stored stored) {
            return Optional.of(stored(row, meta, Kinds.NODE, "", name, stored.object(), AuditedEvents.OF_NODE));
        }
        if (event instanceof NodeEvent.Removed removed) {
            return Optional.of(removed(row, meta, Kinds.NODE, "", name, removed.uid()));
        }
        if (event instanceof NodeEvent.PodCreation made) {
            NodeEvent.DaemonPodCreated facts = made.facts();
            return Optional.of(new Draft(
                    row, meta, Kinds.POD, facts.namespace(), facts.name(), facts.uid(), false, null, Set.of()));
        }
        if (event instanceof NodeEvent.DaemonPodRemoved removed) {
            return Optional.of(removed(row, meta, Kinds.POD, "", "", removed.uid()));
        }
        String uid = event instanceof NodeEvent.DaemonPodEdited edited
                ? edited.uid()
                : event instanceof NodeEvent.DaemonPodTerminating terminating
                        ? terminating.uid()
                        : event instanceof NodeEvent.DaemonPodReported reported
                                ? reported.uid()
                                : event instanceof NodeEvent.DaemonPodBound bound
                                        ? bound.uid()
                                        : event instanceof NodeEvent.DaemonPodStillWaiting waiting
                                                ? waiting.uid()
                                                : event instanceof NodeEvent.DaemonPodReleased released
                                                        ? released.uid()
                                                        : event instanceof NodeEvent.DaemonPodAdopted adopted
                                                                ? adopted.uid()
                                                                : "";
        return uid.isEmpty()
                ? Optional.empty()
                : Optional.of(new Draft(row, meta, Kinds.POD, "", "", uid, false, null, Set.of()));
    }

    private static Optional<Draft> ofDaemonSet(
            JournalRow row, EventMeta meta, String namespace, String name, DaemonSetEvent event) {
        if (event instanceof DaemonSetEvent.Stored stored) {
            return Optional.of(
                    stored(row, meta, Kinds.DAEMON_SET, namespace, name, stored.object(), AuditedEvents.OF_DAEMON_SET));
        }
        if (event instanceof DaemonSetEvent.StatusChanged changed) {
            return Optional.of(
                    new Draft(row, meta, Kinds.DAEMON_SET, namespace, name, changed.uid(), false, null, Set.of()));
        }
        if (event instanceof DaemonSetEvent.Removed removed) {
            return Optional.of(removed(row, meta, Kinds.DAEMON_SET, namespace, name, removed.uid()));
        }
        if (event instanceof DaemonSetEvent.Orphaned orphaned) {
            return Optional.of(removed(row, meta, Kinds.DAEMON_SET, namespace, name, orphaned.uid()));
        }
        Kind revision = Kinds.CONTROLLER_REVISION;
        if (event instanceof DaemonSetEvent.RevisionWritten written) {
            return Optional.of(
                    stored(row, meta, revision, namespace, nameIn(written.object()), written.object(), Set.of()));
        }
        if (event instanceof DaemonSetEvent.LeftRevisionWritten written) {
            return Optional.of(stored(row, meta, revision, namespace, written.name(), written.object(), Set.of()));
        }
        if (event instanceof DaemonSetEvent.LeftRevisionRemoved removed) {
            return Optional.of(removed(row, meta, revision, namespace, removed.name(), ""));
        }
        // Those that only the history's limit trims are not anybody's deletion.
        return event instanceof DaemonSetEvent.RevisionTrimmed
                        && place(meta).resource().equals(revision.plural())
                ? Optional.of(removed(row, meta, revision, namespace, "", ""))
                : Optional.empty();
    }

    private static Optional<Draft> ofPod(
            JournalRow row, EventMeta meta, String namespace, String name, PodEvent event) {
        if (event instanceof PodEvent.Removed removed) {
            return Optional.of(removed(row, meta, Kinds.POD, namespace, name, removed.podUid()));
        }
        JsonBytes object = event instanceof PodEvent.Stored stored
                ? stored.object()
                : event instanceof PodEvent.Bound bound
                        ? bound.object()
                        : event instanceof PodEvent.Unschedulable unschedulable ? unschedulable.object() : null;
        return object == null
                ? Optional.empty()
                : Optional.of(stored(row, meta, Kinds.POD, namespace, name, object, AuditedEvents.OF_POD));
    }

    private static String nameIn(JsonBytes object) {
        return Json.text(object.metadata(), "metadata", "name");
    }

    private static RequestedPlace place(EventMeta meta) {
        return RequestedPlace.of(
                RequestCause.parse(meta.cause()).map(RequestCause::path).orElse(""));
    }

    private static Draft stored(
            JournalRow row,
            EventMeta meta,
            Kind kind,
            String namespace,
            String name,
            JsonBytes object,
            Set<String> carriers) {
        return new Draft(row, meta, kind, namespace, name, "", false, object, carriers);
    }

    private static Draft removed(JournalRow row, EventMeta meta, Kind kind, String namespace, String name, String uid) {
        return new Draft(row, meta, kind, namespace, name, uid, true, null, Set.of());
    }

    /** In the same order. */
    List<AuditEntry> complete(List<Draft> drafts) {
        List<AuditRows.Earlier> asked = new ArrayList<>();
        for (Draft draft : drafts) {
            if (!draft.carriers().isEmpty()) {
                asked.add(new AuditRows.Earlier(
                        draft.row().persistenceId(), draft.row().sequenceNumber(), draft.carriers()));
            }
        }
        List<JournalRow> earlier = rows.newest(asked);
        List<AuditEntry> entries = new ArrayList<>();
        int at = 0;
        for (Draft draft : drafts) {
            JournalRow before = draft.carriers().isEmpty() ? null : earlier.get(at++);
            entries.add(entry(draft, before));
        }
        return entries;
    }

    private AuditEntry entry(Draft draft, JournalRow earlier) {
        EventMeta meta = draft.meta();
        Optional<RequestCause> request = RequestCause.parse(meta.cause());
        RequestedPlace place = place(meta);
        ObjectNode after = draft.after() == null ? null : draft.after().tree();
        ObjectNode before = earlier == null ? null : object(earlier);
        boolean known = !draft.carriers().isEmpty();
        String namespace = draft.namespace();
        String name = draft.name();
        String uid = draft.uid();
        if (!known && !(draft.removal() && !name.isEmpty())) {
            Change change = recent.apply(draft.row().ordering(), draft.kind()).orElse(null);
            if (change != null) {
                known = !draft.removal();
                namespace = change.object().namespace();
                name = change.object().name();
                before = known && change.previous() != null ? change.previous().tree() : null;
                after = known ? change.object().tree() : null;
            } else if (name.isEmpty() && place.resource().equals(draft.kind().plural())) {
                namespace = place.namespace();
                name = place.name();
            }
        }
        if (uid.isEmpty() && after != null) {
            uid = Json.text(after, "metadata", "uid");
        }
        String verb = request.filter(RequestCause::isDetailed)
                .map(detailed -> place.verb(detailed.method()))
                .orElse("");
        return new AuditEntry(
                draft.row().ordering(),
                meta.atMillis(),
                meta.caller().user(),
                meta.caller().client(),
                meta.cause(),
                request,
                verb.isEmpty() ? verb(draft, before, after) : verb,
                draft.kind(),
                namespace,
                name,
                place.resource().equals(draft.kind().plural()) ? place.subresource() : "",
                uid,
                draft.row().manifest(),
                meta.reason(),
                draft.removal() || !known
                        ? Optional.empty()
                        : Optional.of(ObjectDifference.of(draft.kind(), before, after)));
    }

    /** Of a change whose request is not on record: what it comes to. */
    private static String verb(Draft draft, ObjectNode before, ObjectNode after) {
        String manifest = draft.row().manifest();
        if (draft.removal() || manifest.equals("node.pod-terminating/1")) {
            return "delete";
        }
        boolean made = manifest.startsWith("node.pod-created/") || after != null && before == null;
        return made ? "create" : "update";
    }

    /** What the event holds of the object; null when it tells of its end. */
    private ObjectNode object(JournalRow row) {
        Event event = reader.apply(row);
        JsonBytes bytes = event instanceof ResourceEvent.Present resource
                ? resource.object()
                : event instanceof NodeEvent.Stored node
                        ? node.object()
                        : event instanceof DaemonSetEvent.Stored daemonSet
                                ? daemonSet.object()
                                : event instanceof PodEvent.Stored pod
                                        ? pod.object()
                                        : event instanceof PodEvent.Bound bound
                                                ? bound.object()
                                                : event instanceof PodEvent.Unschedulable waiting
                                                        ? waiting.object()
                                                        : null;
        return bytes == null ? null : bytes.tree();
    }
}
