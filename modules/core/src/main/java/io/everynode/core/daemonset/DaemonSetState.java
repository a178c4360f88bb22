package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.DeletionFinalizers;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * What one DaemonSet's actor knows; changed only by {@link #evolve}. A name may be used by several incarnations one
 * after the other: one at most is current, earlier ones retire until their Pods are gone. Immutable; equal by value.
 *
 * @param current null while there is no DaemonSet of this name
 * @param retiring removed incarnations by UID
 * @param left by name, the ControllerRevisions that orphaned DaemonSets of this name have left behind
 * @param journaled the sequence number of the last event; 0 before the first
 */
public record DaemonSetState(
        String namespace,
        String name,
        Incarnation current,
        PMap<String, Retirement> retiring,
        PMap<String, Revision> left,
        long journaled) {

    /**
     * A removed incarnation whose Pods may still be there.
     *
     * @param removedAtMillis epoch milliseconds
     * @param generation its last one
     * @param orphaning its Pods are not to end, only to lose their owner
     */
    public record Retirement(long removedAtMillis, long generation, boolean orphaning) {}

    public static DaemonSetState absent(String namespace, String name) {
        return new DaemonSetState(namespace, name, null, TreePMap.empty(), TreePMap.empty(), 0);
    }

    /**
     * Pure. Done's persistence id and sequence number are left to the actor: its own, and that of the last event
     * persisted.
     */
    public Decision<DaemonSetEvent, WriteReply> decide(DaemonSetCommand command, Instant now) {
        if (command instanceof DaemonSetCommand.WriteRevision write) {
            return RevisionWrites.decide(this, write, now);
        }
        DaemonSetCommand.Write write = (DaemonSetCommand.Write) command;
        if (now.toEpochMilli() > write.meta().deadlineMillis()) {
            return Decision.none(new WriteReply.Rejected(ApiStatus.timeout("the command came after its deadline", 1)));
        }
        if (write.write() instanceof ObjectWrite.Create create
                && current != null
                && !write.dryRun()
                && current.uid().equals(create.uid())) {
            // The same command again: its persist succeeded though its answer was lost.
            return Decision.none(new WriteReply.Done("", 0, false, List.of()));
        }
        ObjectChange change =
                ObjectLifecycle.decide(Kinds.DAEMON_SET, name, renderObject(), sequenceNumber(), write.write(), now);
        WriteReply immediate = change.immediateReply(write.dryRun());
        return immediate != null ? Decision.none(immediate) : apply(change, write.takenNames());
    }

    /** As the other, with no names taken. */
    Decision<DaemonSetEvent, WriteReply> apply(ObjectChange change) {
        return apply(change, Set.of());
    }

    /** The events of a change that is neither refused nor a dry run. */
    Decision<DaemonSetEvent, WriteReply> apply(ObjectChange change, Set<String> takenNames) {
        if (change instanceof ObjectChange.Removed removed) {
            return new Decision<>(
                    removal(new DaemonSetEvent.Removed(current.uid())),
                    "DaemonSet deleted",
                    new WriteReply.Done("", 0, true, removed.warnings()));
        }
        if (change instanceof ObjectChange.Stored stored) {
            return store(stored.object(), takenNames, stored.warnings());
        }
        return Decision.none(new WriteReply.Done("", 0, false, change.clientWarnings()));
    }

    private List<DaemonSetEvent> removal(DaemonSetEvent last) {
        List<DaemonSetEvent> events = new ArrayList<>();
        // Each ControllerRevision goes by an event of its own, as one event changes one object of a kind (I4).
        for (String hash : current.revisions().keySet()) {
            events.add(new DaemonSetEvent.RevisionTrimmed(current.uid(), hash));
        }
        events.add(last);
        return events;
    }

    /**
     * A deletion that waited for the Pods to end or to lose their owner goes on: its finalizer is taken away, and the
     * object with the last one.
     */
    List<DaemonSetEvent> dependentsDone() {
        boolean orphaned = current.spec().deletion() == DaemonSetSpec.Deletion.ORPHAN;
        ObjectNode object = current.object().tree();
        DeletionFinalizers.remove(object, orphaned ? DeletionFinalizers.ORPHAN : DeletionFinalizers.FOREGROUND);
        boolean stays = !Json.at(object, "metadata", "finalizers").isEmpty();
        DaemonSetEvent.Stored stored = new DaemonSetEvent.Stored(current.uid(), JsonBytes.of(object));
        if (!orphaned) {
            return stays ? List.of(stored) : removal(new DaemonSetEvent.Removed(current.uid()));
        }
        List<DaemonSetEvent> events = new ArrayList<>();
        for (String hash : current.revisions().keySet()) {
            events.add(new DaemonSetEvent.RevisionReleased(current.uid(), hash));
        }
        events.add(stays ? stored : new DaemonSetEvent.Orphaned(current.uid()));
        return events;
    }

    private Decision<DaemonSetEvent, WriteReply> store(ObjectNode tree, Set<String> takenNames, List<String> warnings) {
        ObjectNode object = tree.deepCopy();
        JsonNode newStatus = object.remove("status");
        String uid = Json.text(object, "metadata", "uid");
        boolean created = current == null;
        ObjectNode status = created || newStatus == null
                ? (created ? DaemonSetStatus.INITIAL : current.status()).tree()
                : newStatus.deepCopy();
        long collisions = status.path("collisionCount").asLong(0);
        PMap<String, Revision> known = created ? TreePMap.empty() : current.revisions();
        Set<String> otherNames = new HashSet<>(takenNames);
        otherNames.addAll(left.keySet());
        List<DaemonSetEvent.RevisionAdopted> adopted = created ? LeftRevisions.adoptions(uid, object, left) : List.of();
        for (DaemonSetEvent.RevisionAdopted one : adopted) {
            known = known.plus(one.hash(), LeftRevisions.adopted(left.get(one.name()), one, name, 0));
            otherNames.remove(one.name());
        }
        RevisionHistory.Change revision = RevisionHistory.change(
                uid,
                name,
                known,
                created ? null : Json.at(current.object().tree(), "spec", "template"),
                object,
                collisions,
                otherNames,
                PodTemplateHash::revision);
        if (revision.collisionCount() != collisions) {
            status.put("collisionCount", revision.collisionCount());
        }
        List<DaemonSetEvent> events = new ArrayList<>(3);
        JsonBytes objectBytes = JsonBytes.of(object);
        if (created || !same(objectBytes, current.object())) {
            events.add(new DaemonSetEvent.Stored(uid, objectBytes));
        }
        JsonBytes statusBytes = JsonBytes.of(status);
        if (!same(statusBytes, created ? DaemonSetStatus.INITIAL : current.status())) {
            events.add(new DaemonSetEvent.StatusChanged(uid, statusBytes));
        }
        events.addAll(adopted);
        String reason = created ? "DaemonSet created" : "DaemonSet changed";
        if (revision.event() != null) {
            if (!created) {
                events.addAll(RevisionHistory.merged(current));
            }
            events.add(revision.event());
            reason = created ? reason : "template changed";
        }
        return new Decision<>(events, reason, new WriteReply.Done("", 0, false, warnings));
    }

    /** Compared after parsing, as a tree in the making may hold the same number in another Java type. */
    private static boolean same(JsonBytes a, JsonBytes b) {
        return a.equals(b) || a.tree().equals(b.tree());
    }

    /** {@code sequenceNumber} is the event's own. */
    public DaemonSetState evolve(EventMeta meta, DaemonSetEvent event, long sequenceNumber) {
        DaemonSetState next = changed(meta, event, sequenceNumber);
        return new DaemonSetState(namespace, name, next.current, next.retiring, next.left, sequenceNumber);
    }

    private DaemonSetState changed(EventMeta meta, DaemonSetEvent event, long sequenceNumber) {
        if (event instanceof DaemonSetEvent.Stored stored
                && (current == null || !current.uid().equals(stored.uid()))) {
            return with(Incarnation.created(stored, sequenceNumber), left);
        }
        if (event instanceof DaemonSetEvent.CreationFailed) {
            return this;
        }
        if (event instanceof DaemonSetEvent.Removed removed) {
            return retiring(meta, removed.uid(), false);
        }
        if (event instanceof DaemonSetEvent.Orphaned orphaned) {
            return retiring(meta, orphaned.uid(), true);
        }
        if (event instanceof DaemonSetEvent.RetirementFinished finished) {
            return new DaemonSetState(namespace, name, current, retiring.minus(finished.uid()), left, journaled);
        }
        if (event instanceof DaemonSetEvent.RevisionReleased released) {
            Revision revision = current.revisions().get(released.hash());
            return with(
                    current.evolve(meta, event, sequenceNumber),
                    left.plus(revision.name(), LeftRevisions.released(this, revision, sequenceNumber)));
        }
        if (event instanceof DaemonSetEvent.RevisionAdopted adopted) {
            return with(
                    current.withRevision(
                            LeftRevisions.adopted(left.get(adopted.name()), adopted, name, sequenceNumber)),
                    left.minus(adopted.name()));
        }
        if (event instanceof DaemonSetEvent.LeftRevisionWritten written) {
            Revision before = left.get(written.name());
            return with(current, left.plus(written.name(), before.as(before.hash(), written.object(), sequenceNumber)));
        }
        if (event instanceof DaemonSetEvent.LeftRevisionRemoved removed) {
            return with(current, left.minus(removed.name()));
        }
        return with(current.evolve(meta, event, sequenceNumber), left);
    }

    private DaemonSetState with(Incarnation newCurrent, PMap<String, Revision> newLeft) {
        return new DaemonSetState(namespace, name, newCurrent, retiring, newLeft, journaled);
    }

    private DaemonSetState retiring(EventMeta meta, String uid, boolean orphaning) {
        Retirement retirement = new Retirement(meta.atMillis(), current.generation(), orphaning);
        return new DaemonSetState(namespace, name, null, retiring.plus(uid, retirement), left, journaled);
    }

    DaemonSetState withoutGrants() {
        return current == null ? this : with(current.withoutGrants(), left);
    }

    /** Of the last event that changed the object; 0 when there is none. */
    public long sequenceNumber() {
        return current == null ? 0 : current.sequenceNumber();
    }

    /** The whole DaemonSet with status, without resourceVersion; null when there is none. */
    public ObjectNode renderObject() {
        return current == null ? null : DaemonSetRenderer.object(current.object(), current.status());
    }

    /** A ControllerRevision that nobody owns, without resourceVersion. */
    public ObjectNode renderLeft(String revision) {
        return left.get(revision).written().tree();
    }

    /** The DaemonSet's ControllerRevisions, by revision. */
    public List<ObjectNode> renderRevisions() {
        return current == null
                ? List.of()
                : current.revisions().values().stream()
                        .sorted(Comparator.comparingLong(Revision::number))
                        .map(revision -> DaemonSetRenderer.revision(namespace, name, current.uid(), revision))
                        .toList();
    }
}
