package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;

/**
 * One template that a DaemonSet has or had: what its ControllerRevision shows. Immutable.
 *
 * @param hash value of the label controller-revision-hash
 * @param number the ControllerRevision's revision; the current one has the highest
 * @param name of the ControllerRevision
 * @param uid of the ControllerRevision
 * @param data the patch that sets the template
 * @param annotations of the DaemonSet when the template last became current
 * @param recordedAtMillis creation of the ControllerRevision, epoch milliseconds
 * @param written the ControllerRevision as a client wrote it, without resourceVersion; null when it follows from the
 *     rest. Its {@code revision} is as it was then
 * @param sequenceNumber of the last event that changed it: what preconditions are checked against
 */
public record Revision(
        String hash,
        long number,
        String name,
        String uid,
        JsonBytes data,
        JsonBytes annotations,
        long recordedAtMillis,
        JsonBytes written,
        long sequenceNumber) {

    private static final JsonBytes EMPTY = JsonBytes.of(Json.object());

    static Revision of(DaemonSetEvent.RevisionRecorded event, long atMillis, long sequence) {
        return new Revision(
                event.hash(),
                event.number(),
                event.name(),
                event.revisionUid(),
                event.data(),
                event.annotations(),
                atMillis,
                null,
                sequence);
    }

    static Revision of(DaemonSetEvent.RevisionWritten event, long atMillis, long sequence) {
        ObjectNode object = event.object().tree();
        return new Revision(
                event.hash(),
                object.path("revision").asLong(0),
                Json.text(object, "metadata", "name"),
                Json.text(object, "metadata", "uid"),
                object.path("data") instanceof ObjectNode data ? JsonBytes.of(data) : EMPTY,
                EMPTY,
                atMillis,
                event.object(),
                sequence);
    }

    Revision renumbered(DaemonSetEvent.RevisionRenumbered event, long sequence) {
        return new Revision(
                hash, event.number(), name, uid, data, event.annotations(), recordedAtMillis, written, sequence);
    }

    /** The same as an object of its own. @param newHash by which its DaemonSet knows it */
    Revision as(String newHash, JsonBytes object, long sequence) {
        long itsNumber = object.tree().path("revision").asLong(0);
        return new Revision(newHash, itsNumber, name, uid, data, EMPTY, recordedAtMillis, object, sequence);
    }

    /** The template in the form in which templates are compared; null when the data is none of a DaemonSet. */
    JsonNode canonicalTemplate() {
        if (!(Json.at(data.tree(), "spec", "template") instanceof ObjectNode template)) {
            return null;
        }
        template.remove("$patch");
        return PodTemplateHash.canonical(template);
    }
}
