package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
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
 */
public record Revision(
        String hash,
        long number,
        String name,
        String uid,
        JsonBytes data,
        JsonBytes annotations,
        long recordedAtMillis) {

    public static Revision of(DaemonSetEvent.RevisionRecorded event, long atMillis) {
        return new Revision(
                event.hash(),
                event.number(),
                event.name(),
                event.revisionUid(),
                event.data(),
                event.annotations(),
                atMillis);
    }

    public Revision renumbered(DaemonSetEvent.RevisionRenumbered event) {
        return new Revision(hash, event.number(), name, uid, data, event.annotations(), recordedAtMillis);
    }

    /** The template in the form in which templates are compared. */
    JsonNode canonicalTemplate() {
        JsonNode template = Json.at(data.tree(), "spec", "template");
        ((com.fasterxml.jackson.databind.node.ObjectNode) template).remove("$patch");
        return PodTemplateHash.canonical(template);
    }
}
