package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.object.ControllerRef;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.Map;

/**
 * A Pod on a node that a DaemonSet may adopt if its selector matches: it is not terminating, and no controller has it
 * but perhaps a DaemonSet that does not know it yet. An ordinary Pod must not have ended either.
 *
 * @param node where it runs or waits for room
 * @param kept in its Node's keeping; else an ordinary Pod
 * @param controller what its object names
 */
public record OrphanPod(
        String namespace,
        String name,
        String uid,
        String node,
        boolean kept,
        Map<String, String> labels,
        ControllerRef controller) {

    /** Null for anything else; also for null. */
    static OrphanPod of(StoredObject object) {
        if (object instanceof StoredDaemonPod daemon) {
            DaemonPod pod = daemon.pod();
            return !pod.orphan() || pod.terminating() || foreign(pod.controller())
                    ? null
                    : new OrphanPod(
                            pod.namespace(),
                            pod.name(),
                            pod.uid(),
                            daemon.slotNode(),
                            true,
                            daemon.labels(),
                            pod.controller());
        }
        return object instanceof StoredJson json ? json.orphan() : null;
    }

    /** Of an ordinary Pod's object. */
    static OrphanPod of(JsonNode pod, Map<String, String> labels) {
        String node = Json.text(pod, "spec", "nodeName");
        String phase = Json.text(pod, "status", "phase");
        ControllerRef controller = ControllerRef.of(pod);
        JsonNode metadata = pod.path("metadata");
        return !Json.text(pod, "kind").equals(Kinds.POD.kind())
                        || node.isEmpty()
                        || phase.equals("Succeeded")
                        || phase.equals("Failed")
                        || metadata.has("deletionTimestamp")
                        || foreign(controller)
                ? null
                : new OrphanPod(
                        Json.text(metadata, "namespace"),
                        Json.text(metadata, "name"),
                        Json.text(metadata, "uid"),
                        node,
                        false,
                        labels,
                        controller);
    }

    private static boolean foreign(ControllerRef controller) {
        return !controller.uid().isEmpty() && !controller.kind().equals(Kinds.DAEMON_SET.kind());
    }
}
