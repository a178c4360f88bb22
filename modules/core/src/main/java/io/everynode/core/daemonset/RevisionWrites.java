package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a client may do to the ControllerRevisions of a DaemonSet: label, annotate and number them, delete them, and
 * make further ones. None of it changes what the DaemonSet runs; the current template's revision comes back when it was
 * deleted ({@link RevisionHistory#restored}). Pure.
 */
final class RevisionWrites {

    private RevisionWrites() {}

    static Decision<DaemonSetEvent, WriteReply> decide(
            DaemonSetState state, DaemonSetCommand.WriteRevision command, Instant now) {
        if (now.toEpochMilli() > command.meta().deadlineMillis()) {
            return Decision.none(new WriteReply.Rejected(ApiStatus.timeout("the command came after its deadline", 1)));
        }
        Incarnation owner = state.current();
        Revision left = state.left().get(command.name());
        if (left != null) {
            return command.write() instanceof ObjectWrite.Create
                    ? rejected(ApiStatus.alreadyExists(Kinds.CONTROLLER_REVISION, command.name()))
                    : ofLeft(state, left, command, now);
        }
        if (owner == null) {
            return rejected(ApiStatus.notFound(Kinds.CONTROLLER_REVISION, command.name()));
        }
        Revision known = named(owner, command.name());
        if (command.write() instanceof ObjectWrite.Create create
                && known != null
                && !command.dryRun()
                && known.uid().equals(create.uid())) {
            // The same command again: its persist succeeded though its answer was lost.
            return Decision.none(new WriteReply.Done("", 0, false, List.of()));
        }
        ObjectNode current =
                known == null ? null : DaemonSetRenderer.revision(state.namespace(), state.name(), owner.uid(), known);
        ObjectChange change = ObjectLifecycle.decide(
                Kinds.CONTROLLER_REVISION,
                command.name(),
                current,
                known == null ? 0 : known.sequenceNumber(),
                command.write(),
                now);
        WriteReply immediate = change.immediateReply(command.dryRun());
        if (immediate != null) {
            return Decision.none(immediate);
        }
        WriteReply done = new WriteReply.Done("", 0, change instanceof ObjectChange.Removed, change.clientWarnings());
        if (change instanceof ObjectChange.Removed) {
            return new Decision<>(
                    List.of(new DaemonSetEvent.RevisionTrimmed(owner.uid(), known.hash())),
                    "ControllerRevision deleted",
                    done);
        }
        if (!(change instanceof ObjectChange.Stored stored)) {
            return Decision.none(done);
        }
        String hash = known == null ? newHash(owner, stored.object()) : known.hash();
        if (hash.isEmpty()) {
            return rejected(ApiStatus.alreadyExists(Kinds.CONTROLLER_REVISION, command.name()));
        }
        ObjectNode object = controlled(stored.object(), state, owner);
        return new Decision<>(
                List.of(new DaemonSetEvent.RevisionWritten(owner.uid(), hash, JsonBytes.of(object))),
                known == null ? "ControllerRevision created" : "ControllerRevision changed",
                done);
    }

    /** Nobody owns it; a client may make it so that the DaemonSet of the name, if there is one again, adopts it. */
    private static Decision<DaemonSetEvent, WriteReply> ofLeft(
            DaemonSetState state, Revision left, DaemonSetCommand.WriteRevision command, Instant now) {
        ObjectChange change = ObjectLifecycle.decide(
                Kinds.CONTROLLER_REVISION,
                command.name(),
                left.written().tree(),
                left.sequenceNumber(),
                command.write(),
                now);
        WriteReply immediate = change.immediateReply(command.dryRun());
        if (immediate != null) {
            return Decision.none(immediate);
        }
        WriteReply done = new WriteReply.Done("", 0, change instanceof ObjectChange.Removed, change.clientWarnings());
        if (change instanceof ObjectChange.Removed) {
            return new Decision<>(
                    List.of(new DaemonSetEvent.LeftRevisionRemoved(command.name())),
                    "ControllerRevision deleted",
                    done);
        }
        if (!(change instanceof ObjectChange.Stored stored)) {
            return Decision.none(done);
        }
        List<DaemonSetEvent> events = new ArrayList<>();
        events.add(new DaemonSetEvent.LeftRevisionWritten(command.name(), JsonBytes.of(stored.object())));
        Incarnation owner = state.current();
        if (owner != null
                && LeftRevisions.adoptable(stored.object(), owner.object().tree())) {
            String hash = newHash(owner, stored.object());
            if (!hash.isEmpty()) {
                events.add(new DaemonSetEvent.RevisionAdopted(owner.uid(), command.name(), hash));
            }
        }
        return new Decision<>(events, "ControllerRevision changed", done);
    }

    private static Revision named(Incarnation owner, String name) {
        for (Revision revision : owner.revisions().values()) {
            if (revision.name().equals(name)) {
                return revision;
            }
        }
        return null;
    }

    /** The current one's hash is taken also while a client has deleted that revision. */
    private static String newHash(Incarnation owner, JsonNode object) {
        Set<String> taken = new HashSet<>(owner.revisions().keySet());
        taken.add(owner.currentRevision());
        return LeftRevisions.hash(object, taken);
    }

    /** A client that takes the owner away gets it back, as upstream adopts the orphan that its selector matches. */
    private static ObjectNode controlled(ObjectNode object, DaemonSetState state, Incarnation owner) {
        ObjectNode copy = object.deepCopy();
        ObjectNode metadata = Json.child(copy, "metadata");
        ArrayNode owners = metadata.path("ownerReferences") instanceof ArrayNode given
                ? given
                : metadata.putArray("ownerReferences");
        for (JsonNode reference : owners) {
            if (Json.text(reference, "uid").equals(owner.uid())) {
                return copy;
            }
        }
        owners.add(DaemonSetRenderer.controllerReference(state.name(), owner.uid()));
        return copy;
    }

    private static Decision<DaemonSetEvent, WriteReply> rejected(ApiStatus status) {
        return Decision.none(new WriteReply.Rejected(status));
    }
}
