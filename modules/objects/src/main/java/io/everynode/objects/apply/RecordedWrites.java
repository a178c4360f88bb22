package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Set;

/**
 * Which writes are recorded in managedFields (ADR 0022). Frequent ones of machines are not: Leases and Events are not
 * tracked until someone applies them, and plain writes of the status of Pods and Nodes only where someone has applied a
 * status.
 */
final class RecordedWrites {

    private static final FieldSet STATUS = FieldSet.ofFields("status");
    private static final FieldSet SPEC = FieldSet.ofFields("spec");
    private static final FieldSet POD_STATUS =
            FieldSet.ofFields("spec", "metadata.deletionTimestamp", "metadata.ownerReferences");
    private static final FieldSet NONE = new FieldSet();

    /** The server counts there; a client's update cannot change it. */
    private static final FieldSet DAEMON_SET = STATUS.union(FieldSet.of(List.of(List.of(
            PathElement.field("metadata"),
            PathElement.field("annotations"),
            PathElement.field("deprecated.daemonset.template.generation")))));

    private static final Set<String> UNTRACKED = Set.of("events", "leases");

    private RecordedWrites() {}

    /** Whether a new object of the kind gets entries. */
    static boolean onCreate(Kind kind) {
        return !UNTRACKED.contains(kind.plural());
    }

    /** @param entries of an object that has some */
    static boolean onUpdate(Kind kind, String subresource, JsonNode entries) {
        if (!subresource.equals("status") || !kind.equals(Kinds.POD) && !kind.equals(Kinds.NODE)) {
            return true;
        }
        for (JsonNode entry : entries) {
            if (Json.text(entry, "operation").equals("Apply")
                    && Json.text(entry, "subresource").equals("status")) {
                return true;
            }
        }
        return false;
    }

    /**
     * What the endpoint does not write, and nobody owns by writing there (upstream's GetResetFields).
     *
     * @param creates whether there was no object before
     */
    static FieldSet notWritten(Kind kind, String subresource, boolean creates) {
        if (subresource.equals("status")) {
            return kind.equals(Kinds.POD) ? POD_STATUS : SPEC;
        }
        if (kind.equals(Kinds.DAEMON_SET) && !creates) {
            return DAEMON_SET;
        }
        return kind.subresources().contains("status") ? STATUS : NONE;
    }
}
