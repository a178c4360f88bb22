package io.everynode.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/** Pod objects for tests. */
final class Pods {

    private Pods() {}

    static ObjectNode pod(String name, String uid, String node, String owner) {
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata")
                .put("namespace", "kube-system")
                .put("name", name)
                .put("uid", uid);
        metadata.putArray("ownerReferences")
                .addObject()
                .put("kind", "DaemonSet")
                .put("uid", owner)
                .put("controller", true);
        ObjectNode spec = pod.putObject("spec").put("nodeName", node);
        spec.putArray("containers").addObject().put("name", "main").put("image", "registry.example/main:1");
        ObjectNode status = pod.putObject("status").put("phase", "Pending");
        status.putArray("conditions")
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", "2025-12-31T23:59:59Z");
        return pod;
    }

    static ObjectNode annotated(ObjectNode pod, String name, String value) {
        Json.child(Json.child(pod, "metadata"), "annotations").put(name, value);
        return pod;
    }

    static ObjectNode deleted(ObjectNode pod, int graceSeconds) {
        Json.child(pod, "metadata")
                .put("deletionTimestamp", "2026-01-01T00:00:00Z")
                .put("deletionGracePeriodSeconds", graceSeconds);
        return pod;
    }
}
