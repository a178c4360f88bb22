package io.everynode.core.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.patch.PatchType;
import io.everynode.objects.patch.Patches;
import io.everynode.objects.rules.PodStatusUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The short way for what kubelets send most: a patch of a daemon Pod's status. Decides what
 * {@link NodeDecisions#writePod} would by {@link ObjectLifecycle}, without an object around the status: nothing else
 * can change, and what else is there was admitted when the Pod was made. Everything unusual, above all what is refused,
 * is left to the long way. Pure.
 */
final class PodReports {

    /** Far below the limit of an object, so that one with such a status is within it whatever its template holds. */
    private static final int LARGEST = 64 * 1024;

    private PodReports() {}

    /** Null when this is not such a report, or anything is the matter with it. */
    static Decision<NodeEvent, WriteReply> decide(NodeState state, DaemonPod pod, NodeCommand.WritePod command) {
        ObjectNode patch = plain(pod, command);
        if (patch == null) {
            return null;
        }
        ObjectWrite.Patch write = (ObjectWrite.Patch) command.write();
        ObjectNode current = DaemonPodRenderer.status(pod);
        ObjectNode status = merged(write, current, patch);
        if (status == null || !PodStatusUpdate.admit(status, current)) {
            return null;
        }
        WriteReply done = new WriteReply.Done("", 0, false, List.of());
        if (PodStatusUpdate.same(status, current) || status.equals(current)) {
            return Decision.none(done);
        }
        JsonBytes bytes = JsonBytes.of(status);
        if (bytes.utf8().length > LARGEST) {
            return null;
        }
        List<NodeEvent> events = new ArrayList<>(2);
        events.add(new NodeEvent.DaemonPodReported(pod.uid(), bytes));
        // A report may say that the Pod has ended.
        WaitingPods.retryAfter(state, events);
        return new Decision<>(events, "Pod written", done);
    }

    /** The patch of the status when the write is of nothing else and for this very Pod; else null. */
    private static ObjectNode plain(DaemonPod pod, NodeCommand.WritePod command) {
        if (!(command.write() instanceof ObjectWrite.Patch write)
                || !write.subresource().equals("status")
                || write.type() == PatchType.JSON
                || command.dryRun()
                || command.template() != null
                || pod.edited() != null
                || pod.terminating()
                || !pod.templateFinalizers().isEmpty()
                || !sameVersion(pod, write.precondition())) {
            return null;
        }
        for (Map.Entry<String, JsonNode> part : write.body().properties()) {
            boolean itself = part.getKey().equals("metadata")
                    && part.getValue().size() == 1
                    && part.getValue().path("uid").asText("").equals(pod.uid());
            if (!itself && !part.getKey().equals("status")) {
                return null;
            }
        }
        return write.body().get("status") instanceof ObjectNode status ? status : null;
    }

    private static boolean sameVersion(DaemonPod pod, Precondition precondition) {
        return (precondition.uid().isEmpty() || precondition.uid().equals(pod.uid()))
                && (precondition.sequenceNumber() == 0 || precondition.sequenceNumber() == pod.sequenceNumber());
    }

    /** The patched status as typed decoding leaves it; null when something is wrong or to be warned of. */
    private static ObjectNode merged(ObjectWrite.Patch write, ObjectNode current, ObjectNode patch) {
        Outcome<ObjectNode> checked = Patches.apply(write.type(), Kinds.POD, of(current), of(patch))
                .then(tree -> ObjectDecoder.check(Kinds.POD, tree, write.fieldValidation()));
        return checked instanceof Outcome.Done<ObjectNode> done
                        && done.warnings().isEmpty()
                        && done.value().get("status") instanceof ObjectNode status
                ? status
                : null;
    }

    private static ObjectNode of(ObjectNode status) {
        ObjectNode part = Json.object();
        part.set("status", status);
        return part;
    }
}
