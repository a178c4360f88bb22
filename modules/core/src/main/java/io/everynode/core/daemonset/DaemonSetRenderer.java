package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A DaemonSet and its ControllerRevisions as API objects, without resourceVersion. Pure; the entity and the catalog's
 * fold use the same code.
 */
public final class DaemonSetRenderer {

    static final String REVISION_HASH_LABEL = "controller-revision-hash";

    private DaemonSetRenderer() {}

    /** A new tree, the caller's own. */
    public static ObjectNode object(JsonBytes objectWithoutStatus, JsonBytes status) {
        ObjectNode tree = objectWithoutStatus.tree();
        tree.set("status", status.tree());
        return tree;
    }

    /** The object of {@link DaemonSetEvent.Stored} when it was just created. */
    public static ObjectNode created(JsonBytes objectWithoutStatus) {
        return object(objectWithoutStatus, DaemonSetStatus.INITIAL);
    }

    /** The ControllerRevision that shows one template; a new tree. */
    public static ObjectNode revision(String namespace, String daemonSet, String daemonSetUid, Revision revision) {
        ObjectNode tree = revision.written() != null
                ? revision.written().tree()
                : recorded(namespace, daemonSet, daemonSetUid, revision);
        ObjectNode annotations = revision.annotations().tree();
        if (!annotations.isEmpty()) {
            Json.child(Json.child(tree, "metadata"), "annotations").setAll(annotations);
        }
        tree.put("revision", revision.number());
        return tree;
    }

    private static ObjectNode recorded(String namespace, String daemonSet, String daemonSetUid, Revision revision) {
        ObjectNode tree = Json.object();
        tree.put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
        ObjectNode metadata = tree.putObject("metadata");
        metadata.put("name", revision.name()).put("namespace", namespace).put("uid", revision.uid());
        metadata.put(
                "creationTimestamp",
                Instant.ofEpochMilli(revision.recordedAtMillis())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
        ObjectNode data = revision.data().tree();
        ObjectNode labels = metadata.putObject("labels");
        JsonNode templateLabels = Json.at(data, "spec", "template", "metadata", "labels");
        if (templateLabels instanceof ObjectNode given) {
            labels.setAll(given);
        }
        labels.put(REVISION_HASH_LABEL, revision.hash());
        if (!revision.annotations().tree().isEmpty()) {
            metadata.putObject("annotations");
        }
        metadata.putArray("ownerReferences").add(controllerReference(daemonSet, daemonSetUid));
        tree.set("data", data);
        return tree;
    }

    static ObjectNode controllerReference(String daemonSet, String daemonSetUid) {
        return Json.object()
                .put("apiVersion", "apps/v1")
                .put("kind", "DaemonSet")
                .put("name", daemonSet)
                .put("uid", daemonSetUid)
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }
}
