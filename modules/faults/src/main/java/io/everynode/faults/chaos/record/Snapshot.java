package io.everynode.faults.chaos.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;

/**
 * What is kept of one version of an object.
 *
 * @param version its resourceVersion
 * @param terminating whether it has a deletionTimestamp
 * @param ended whether it is a Pod in a terminal phase
 * @param ready whether its condition Ready is True (Pods and Nodes)
 * @param owner the UID of its controller, or ""
 * @param node the Node that a Pod is on or for, or ""
 * @param revision a daemon Pod's controller-revision-hash, or ""
 * @param value what the checks compare: a ConfigMap's counter, a Lease's holder, a DaemonSet's budget as
 *     {@code maxUnavailable/maxSurge}, the effect of a taint by which a Node is not for daemon Pods; else ""
 */
public record Snapshot(
        Key key,
        String uid,
        long version,
        boolean terminating,
        boolean ended,
        boolean ready,
        String owner,
        String node,
        String revision,
        String value) {

    /** Reads an object as the API sends it. */
    public static Snapshot of(String resource, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new Snapshot(
                new Key(resource, Json.text(metadata, "namespace"), Json.text(metadata, "name")),
                Json.text(metadata, "uid"),
                metadata.path("resourceVersion").asLong(),
                metadata.hasNonNull("deletionTimestamp"),
                resource.equals("pods") && isEnded(Json.text(object, "status", "phase")),
                isReady(object),
                controller(metadata),
                resource.equals("pods") ? nodeOf(object.path("spec")) : "",
                Json.text(metadata, "labels", "controller-revision-hash"),
                value(resource, object));
    }

    /** Whether it counts for "at most one": neither terminal nor terminating. */
    public boolean counts() {
        return !terminating && !ended;
    }

    @Override
    public String toString() {
        return key + " at " + version + " uid " + uid + (node.isEmpty() ? "" : " on " + node)
                + (owner.isEmpty() ? "" : " of " + owner) + (revision.isEmpty() ? "" : " revision " + revision)
                + (terminating ? " terminating" : "") + (ended ? " ended" : "") + (ready ? " ready" : "")
                + (value.isEmpty() ? "" : " = " + value);
    }

    private static boolean isEnded(String phase) {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static boolean isReady(JsonNode object) {
        for (JsonNode condition : Json.at(object, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private static String controller(JsonNode metadata) {
        for (JsonNode owner : metadata.path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return Json.text(owner, "uid");
            }
        }
        return "";
    }

    /** A daemon Pod that waits for room is not bound yet; its node stands in its affinity. */
    private static String nodeOf(JsonNode spec) {
        String bound = Json.text(spec, "nodeName");
        if (!bound.isEmpty()) {
            return bound;
        }
        JsonNode terms = Json.at(
                spec,
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution",
                "nodeSelectorTerms");
        return terms.path(0).path("matchFields").path(0).path("values").path(0).asText("");
    }

    private static String value(String resource, JsonNode object) {
        switch (resource) {
            case "configmaps":
                return Json.text(object, "data", "counter");
            case "leases":
                return Json.text(object, "spec", "holderIdentity");
            case "daemonsets":
                JsonNode rolling = Json.at(object, "spec", "updateStrategy", "rollingUpdate");
                return Json.text(rolling, "maxUnavailable") + "/" + Json.text(rolling, "maxSurge");
            case "nodes":
                for (JsonNode taint : Json.at(object, "spec", "taints")) {
                    // Daemon Pods tolerate that a Node is cordoned.
                    if (!Json.text(taint, "key").equals("node.kubernetes.io/unschedulable")) {
                        return Json.text(taint, "effect");
                    }
                }
                return "";
            default:
                return "";
        }
    }
}
