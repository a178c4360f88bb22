package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodEvent;
import io.everynode.objects.Json;

/** What core Events say of journal events, with upstream's reasons and messages; null where they say nothing. */
final class CoreEventTexts {

    private static final String NODES = "system:node-controller";
    private static final String SCHEDULER = "system:scheduler";
    private static final String EVICTIONS = "system:taint-eviction-controller";

    /** @param component of the control plane that says it, by upstream's name */
    record Said(CoreEvent.About about, String type, String reason, String message, String component) {

        CoreEvent event(EventMeta meta, long ordering, String persistenceId, long sequence) {
            return new CoreEvent(
                    about, type, reason, message, component, meta.atMillis(), ordering, persistenceId, sequence);
        }
    }

    private CoreEventTexts() {}

    /** Of a change of the state of this node. */
    static Said of(String node, NodeState before, NodeState after, EventMeta meta, NodeEvent event) {
        if (event instanceof NodeEvent.PodCreation creation) {
            return ofDaemonSet(
                    after.pods().get(creation.facts().uid()),
                    "Normal",
                    "SuccessfulCreate",
                    "Created pod: " + creation.facts().name());
        }
        if (event instanceof NodeEvent.DaemonPodStillWaiting waiting) {
            return scheduling(after.pods().get(waiting.uid()), "Warning", "FailedScheduling", waiting.waiting());
        }
        if (event instanceof NodeEvent.DaemonPodBound bound) {
            DaemonPod pod = after.pods().get(bound.uid());
            return scheduling(pod, "Normal", "Scheduled", assigned(pod.namespace(), pod.name(), node));
        }
        if (event instanceof NodeEvent.DaemonPodReported reported) {
            return ofReport(
                    node, before.pods().get(reported.uid()), after.pods().get(reported.uid()), meta);
        }
        if (endedByController(meta, event)) {
            String uid = event instanceof NodeEvent.DaemonPodTerminating terminating
                    ? terminating.uid()
                    : ((NodeEvent.DaemonPodRemoved) event).uid();
            DaemonPod pod = before.pods().get(uid);
            return pod.orphan() ? null : ofDaemonSet(pod, "Normal", "SuccessfulDelete", "Deleted pod: " + pod.name());
        }
        if (event instanceof NodeEvent.Stored && !before.exists()) {
            return ofNode(
                    node,
                    after.facts().uid(),
                    "RegisteredNode",
                    "Node " + node + " event: Registered Node " + node + " in Controller",
                    "node-controller");
        }
        if (event instanceof NodeEvent.Stored
                && before.facts().ready() != after.facts().ready()
                && !meta.caller().client().startsWith("kubelet")) {
            // A real kubelet posts its own Events of this kind.
            String reason = after.facts().ready() ? "NodeReady" : "NodeNotReady";
            return ofNode(
                    node,
                    after.facts().uid(),
                    reason,
                    "Node " + node + " status is now: " + reason,
                    by(meta, NODES) ? "node-controller" : "kubelet");
        }
        if (event instanceof NodeEvent.Removed removed) {
            return ofNode(
                    node,
                    removed.uid(),
                    "RemovingNode",
                    "Node " + node + " event: Removing Node " + node + " from Controller",
                    "node-controller");
        }
        return null;
    }

    private static Said ofReport(String node, DaemonPod before, DaemonPod pod, EventMeta meta) {
        if (!pod.orphan() && pod.phase().equals("Succeeded") && !before.phase().equals("Succeeded")) {
            return ofDaemonSet(
                    pod,
                    "Normal",
                    "SucceededDaemonPod",
                    "Found succeeded daemon pod " + pod.namespace() + "/" + pod.name() + " on node " + node
                            + ", will try to delete it");
        }
        if (!pod.orphan() && pod.phase().equals("Failed") && !before.phase().equals("Failed")) {
            return ofDaemonSet(
                    pod,
                    "Warning",
                    "FailedDaemonPod",
                    "Found failed daemon pod " + pod.namespace() + "/" + pod.name() + " on node " + node
                            + ", will try to kill it");
        }
        if (before.status() == null && pod.boundAt() == pod.createdAt()) {
            // A Pod that fits is created and bound by one journal event, which is SuccessfulCreate already.
            return scheduling(pod, "Normal", "Scheduled", assigned(pod.namespace(), pod.name(), node));
        }
        if (by(meta, SCHEDULER)) {
            return scheduling(pod, "Normal", "Preempted", preempted(meta, node));
        }
        if (before.ready() && !pod.ready() && by(meta, NODES)) {
            return new Said(
                    CoreEvent.About.pod(pod.namespace(), pod.name(), pod.uid()),
                    "Warning",
                    "NodeNotReady",
                    "Node is not ready",
                    "node-controller");
        }
        return null;
    }

    /** Of a change of this ordinary Pod. */
    static Said of(String namespace, String name, EventMeta meta, PodEvent event) {
        if (event instanceof PodEvent.Bound bound) {
            return new Said(
                    CoreEvent.About.pod(namespace, name, bound.podUid()),
                    "Normal",
                    "Scheduled",
                    assigned(namespace, name, bound.node()),
                    "default-scheduler");
        }
        if (event instanceof PodEvent.Unschedulable unschedulable) {
            return new Said(
                    CoreEvent.About.pod(namespace, name, unschedulable.podUid()),
                    "Warning",
                    "FailedScheduling",
                    unschedulable.message(),
                    "default-scheduler");
        }
        if (!(event instanceof PodEvent.Stored stored)
                || !by(meta, SCHEDULER) && !by(meta, NODES) && !by(meta, EVICTIONS)) {
            return null;
        }
        ObjectNode pod = stored.object().tree();
        CoreEvent.About about = CoreEvent.About.pod(namespace, name, Json.text(pod, "metadata", "uid"));
        if (by(meta, SCHEDULER)) {
            String node = Json.text(pod, "spec", "nodeName");
            return new Said(about, "Normal", "Preempted", preempted(meta, node), "default-scheduler");
        }
        if (by(meta, NODES)) {
            return new Said(about, "Warning", "NodeNotReady", "Node is not ready", "node-controller");
        }
        // A deletion was said with the condition that was set before.
        return Json.at(pod, "metadata").has("deletionTimestamp")
                ? null
                : new Said(
                        about,
                        "Normal",
                        "TaintManagerEviction",
                        "Marking for deletion Pod " + namespace + "/" + name,
                        "taint-eviction-controller");
    }

    /** Of a change of a DaemonSet's status: null when it is nothing to warn of. */
    static Said of(DaemonSetState before, DaemonSetState after) {
        return ConditionEvents.of(before.current().status(), after.current().status())
                .map(warning -> new Said(
                        about(after, after.current().uid()),
                        "Warning",
                        warning.reason(),
                        warning.message(),
                        "daemonset-controller"))
                .orElse(null);
    }

    static Said of(DaemonSetState state, DaemonSetEvent.CreationFailed failed) {
        return new Said(
                about(state, failed.uid()), "Warning", "FailedCreate", failed.message(), "daemonset-controller");
    }

    private static CoreEvent.About about(DaemonSetState state, String uid) {
        return new CoreEvent.About("apps/v1", "DaemonSet", state.namespace(), state.name(), uid);
    }

    private static Said ofDaemonSet(DaemonPod pod, String type, String reason, String message) {
        return new Said(CoreEvent.About.daemonSet(pod), type, reason, message, "daemonset-controller");
    }

    private static Said ofNode(String node, String uid, String reason, String message, String component) {
        return new Said(new CoreEvent.About("v1", "Node", "", node, uid), "Normal", reason, message, component);
    }

    private static Said scheduling(DaemonPod pod, String type, String reason, String message) {
        CoreEvent.About about = CoreEvent.About.pod(pod.namespace(), pod.name(), pod.uid());
        return new Said(about, type, reason, message, "default-scheduler");
    }

    private static String assigned(String namespace, String name, String node) {
        return "Successfully assigned " + namespace + "/" + name + " to " + node;
    }

    /** The scheduler names the Pod that needs the room as the cause. */
    private static String preempted(EventMeta meta, String node) {
        return "Preempted by " + meta.cause() + " on node " + node;
    }

    private static boolean by(EventMeta meta, String controller) {
        return meta.caller().user().equals(controller);
    }

    private static boolean endedByController(EventMeta meta, NodeEvent event) {
        return by(meta, "system:daemonset-controller")
                && (event instanceof NodeEvent.DaemonPodTerminating || event instanceof NodeEvent.DaemonPodRemoved);
    }
}
