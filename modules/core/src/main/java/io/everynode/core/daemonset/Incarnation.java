package io.everynode.core.daemonset;

import io.everynode.core.event.EventMeta;
import io.everynode.core.object.Derived;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * One DaemonSet from its creation to its removal: what belongs to one UID. Immutable; changed only by {@link #evolve}.
 *
 * @param object everything but status
 * @param sequenceNumber of the last event that changed the object or its status: what preconditions are checked against
 * @param generation of the object
 * @param currentRevision hash of the current template, which its Pods carry
 * @param revisions by hash; trimmed ones are gone from here, and the current one when a client has deleted it
 * @param grants node to the generation that it was granted at, until seen to be used up
 * @param surgeSince generation since which new Pods start beside old ones, or do not: an older grant was given for the
 *     other way to update and does not hold for this one
 * @param derived what follows from the object
 */
public record Incarnation(
        String uid,
        JsonBytes object,
        JsonBytes status,
        long sequenceNumber,
        long generation,
        String currentRevision,
        PMap<String, Revision> revisions,
        PMap<String, Long> grants,
        long surgeSince,
        @Derived Lazy<DaemonSetSpec> derived) {

    /** With what follows from the object. */
    Incarnation(
            String uid,
            JsonBytes object,
            JsonBytes status,
            long sequenceNumber,
            long generation,
            String currentRevision,
            PMap<String, Revision> revisions,
            PMap<String, Long> grants,
            long surgeSince) {
        this(
                uid,
                object,
                status,
                sequenceNumber,
                generation,
                currentRevision,
                revisions,
                grants,
                surgeSince,
                derived(object));
    }

    static Incarnation created(DaemonSetEvent.Stored event, long sequence) {
        return new Incarnation(
                event.uid(),
                event.object(),
                DaemonSetStatus.INITIAL,
                sequence,
                generation(event.object()),
                "",
                TreePMap.empty(),
                TreePMap.empty(),
                generation(event.object()));
    }

    /** The parsed object; computed once and shared by all states with the same object. */
    public DaemonSetSpec spec() {
        return derived.get();
    }

    Incarnation withoutGrants() {
        return with(currentRevision, revisions, TreePMap.empty());
    }

    Incarnation evolve(EventMeta meta, DaemonSetEvent event, long sequence) {
        if (event instanceof DaemonSetEvent.Stored stored) {
            return new Incarnation(
                    uid,
                    stored.object(),
                    status,
                    sequence,
                    generation(stored.object()),
                    currentRevision,
                    revisions,
                    grants,
                    surges(stored.object()) == surges(object) ? surgeSince : generation(stored.object()),
                    derived(stored.object()));
        }
        if (event instanceof DaemonSetEvent.StatusChanged changed) {
            return new Incarnation(
                    uid,
                    object,
                    changed.status(),
                    sequence,
                    generation,
                    currentRevision,
                    revisions,
                    grants,
                    surgeSince,
                    derived);
        }
        if (event instanceof DaemonSetEvent.RevisionRecorded recorded) {
            Revision revision = Revision.of(recorded, meta.atMillis(), sequence);
            return with(recorded.hash(), revisions.plus(recorded.hash(), revision), grants);
        }
        if (event instanceof DaemonSetEvent.RevisionRenumbered renumbered) {
            Revision revision = revisions.get(renumbered.hash()).renumbered(renumbered, sequence);
            return with(renumbered.hash(), revisions.plus(renumbered.hash(), revision), grants);
        }
        if (event instanceof DaemonSetEvent.RevisionWritten written) {
            Revision revision = Revision.of(written, meta.atMillis(), sequence);
            return with(currentRevision, revisions.plus(written.hash(), revision), grants);
        }
        if (event instanceof DaemonSetEvent.RevisionTrimmed trimmed) {
            return with(currentRevision, revisions.minus(trimmed.hash()), grants);
        }
        if (event instanceof DaemonSetEvent.RevisionReleased released) {
            return with(currentRevision, revisions.minus(released.hash()), grants);
        }
        DaemonSetEvent.Granted granted = (DaemonSetEvent.Granted) event;
        PMap<String, Long> after = grants.minusAll(granted.spent());
        for (String node : granted.granted()) {
            after = after.plus(node, granted.generation());
        }
        return with(currentRevision, revisions, after);
    }

    Incarnation withRevision(Revision adopted) {
        return with(currentRevision, revisions.plus(adopted.hash(), adopted), grants);
    }

    private Incarnation with(String revision, PMap<String, Revision> newRevisions, PMap<String, Long> newGrants) {
        return new Incarnation(
                uid,
                object,
                status,
                sequenceNumber,
                generation,
                revision,
                newRevisions,
                newGrants,
                surgeSince,
                derived);
    }

    private static boolean surges(JsonBytes object) {
        return DaemonSetSpec.surge(object.tree().path("spec"));
    }

    private static long generation(JsonBytes object) {
        return Json.at(object.tree(), "metadata", "generation").asLong(0);
    }

    private static Lazy<DaemonSetSpec> derived(JsonBytes object) {
        return new Lazy<>(() -> DaemonSetSpec.of(object));
    }
}
