package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.Incarnation;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodEvent;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Core Events of the control plane: a view of the journal with upstream's reasons, at most one for each journal event,
 * named by object and ordering, rendered when read. Many alike become one with a count ({@link EventGroups}). Bounded;
 * which are dropped follows from the journal alone, so that all JVMs agree.
 */
final class CoreEventView {

    /** Some 300 bytes each: 30 MB. */
    static final int MAX_EVENTS = 50_000;

    /** Dropped at once when there are too many, so that watches of Events seldom end for it. */
    static final int DROPPED_AT_ONCE = 10_000;

    private static final String NODES = "system:node-controller";
    private static final String SCHEDULER = "system:scheduler";
    private static final String EVICTIONS = "system:taint-eviction-controller";

    /** By the ordering that names them; those that happened again lately come last. */
    private final LinkedHashMap<Long, CoreEvent> oldestFirst = new LinkedHashMap<>();

    private final EventGroups groups = new EventGroups();
    private boolean expired;

    /** @param dropped Events that are no longer held */
    record Update(StoredObject added, List<StoredObject> dropped) {}

    boolean takeExpired() {
        boolean was = expired;
        expired = false;
        return was;
    }

    /** Null when the journal event makes no core Event. */
    Update of(
            String node,
            NodeState before,
            NodeState after,
            EventMeta meta,
            NodeEvent event,
            long ordering,
            String persistenceId,
            long sequence) {
        CoreEvent.About about = null;
        String type = "Normal";
        String reason = "";
        String message = "";
        String component = "daemonset-controller";
        if (event instanceof NodeEvent.PodCreation creation) {
            about = CoreEvent.About.daemonSet(after.pods().get(creation.facts().uid()));
            reason = "SuccessfulCreate";
            message = "Created pod: " + creation.facts().name();
        } else if (event instanceof NodeEvent.DaemonPodStillWaiting waiting) {
            DaemonPod pod = after.pods().get(waiting.uid());
            about = CoreEvent.About.pod(pod.namespace(), pod.name(), pod.uid());
            type = "Warning";
            reason = "FailedScheduling";
            message = waiting.waiting();
            component = "default-scheduler";
        } else if (event instanceof NodeEvent.DaemonPodBound bound) {
            DaemonPod pod = after.pods().get(bound.uid());
            about = CoreEvent.About.pod(pod.namespace(), pod.name(), pod.uid());
            reason = "Scheduled";
            message = assigned(pod, node);
            component = "default-scheduler";
        } else if (event instanceof NodeEvent.DaemonPodReported reported) {
            DaemonPod pod = after.pods().get(reported.uid());
            boolean failed = !pod.orphan()
                    && pod.phase().equals("Failed")
                    && !before.pods().get(reported.uid()).phase().equals("Failed");
            boolean first = before.pods().get(reported.uid()).status() == null && pod.boundAt() == pod.createdAt();
            boolean succeeded = !pod.orphan()
                    && pod.phase().equals("Succeeded")
                    && !before.pods().get(reported.uid()).phase().equals("Succeeded");
            if (succeeded) {
                about = CoreEvent.About.daemonSet(pod);
                reason = "SucceededDaemonPod";
                message = "Found succeeded daemon pod " + pod.namespace() + "/" + pod.name() + " on node " + node
                        + ", will try to delete it";
            } else if (failed) {
                about = CoreEvent.About.daemonSet(pod);
                type = "Warning";
                reason = "FailedDaemonPod";
                message = "Found failed daemon pod " + pod.namespace() + "/" + pod.name() + " on node " + node
                        + ", will try to kill it";
            } else if (first) {
                // A Pod that fits is created and bound by one journal event, which is SuccessfulCreate already.
                about = CoreEvent.About.pod(pod.namespace(), pod.name(), pod.uid());
                reason = "Scheduled";
                message = assigned(pod, node);
                component = "default-scheduler";
            } else if (by(meta, SCHEDULER)) {
                about = CoreEvent.About.pod(pod.namespace(), pod.name(), pod.uid());
                reason = "Preempted";
                message = preempted(meta, node);
                component = "default-scheduler";
            } else if (before.pods().get(reported.uid()).ready() && !pod.ready() && by(meta, NODES)) {
                about = CoreEvent.About.pod(pod.namespace(), pod.name(), pod.uid());
                type = "Warning";
                reason = "NodeNotReady";
                message = "Node is not ready";
                component = "node-controller";
            }
        } else if (endedByController(meta, event)) {
            String uid = event instanceof NodeEvent.DaemonPodTerminating terminating
                    ? terminating.uid()
                    : ((NodeEvent.DaemonPodRemoved) event).uid();
            DaemonPod pod = before.pods().get(uid);
            about = pod.orphan() ? null : CoreEvent.About.daemonSet(pod);
            reason = "SuccessfulDelete";
            message = "Deleted pod: " + pod.name();
        } else if (event instanceof NodeEvent.Stored && !before.exists()) {
            about = new CoreEvent.About("v1", "Node", "", node, after.facts().uid());
            reason = "RegisteredNode";
            message = "Node " + node + " event: Registered Node " + node + " in Controller";
            component = "node-controller";
        } else if (event instanceof NodeEvent.Stored
                && before.facts().ready() != after.facts().ready()
                && !meta.caller().client().startsWith("kubelet")) {
            // A real kubelet posts its own Events of this kind.
            about = new CoreEvent.About("v1", "Node", "", node, after.facts().uid());
            reason = after.facts().ready() ? "NodeReady" : "NodeNotReady";
            message = "Node " + node + " status is now: " + reason;
            component = by(meta, NODES) ? "node-controller" : "kubelet";
        } else if (event instanceof NodeEvent.Removed removed) {
            about = new CoreEvent.About("v1", "Node", "", node, removed.uid());
            reason = "RemovingNode";
            message = "Node " + node + " event: Removing Node " + node + " from Controller";
            component = "node-controller";
        }
        return about == null
                ? null
                : add(new CoreEvent(
                        about, type, reason, message, component, meta.atMillis(), ordering, persistenceId, sequence));
    }

    private static String assigned(DaemonPod pod, String node) {
        return "Successfully assigned " + pod.namespace() + "/" + pod.name() + " to " + node;
    }

    private static boolean by(EventMeta meta, String controller) {
        return meta.caller().user().equals(controller);
    }

    /** The scheduler names the Pod that needs the room as the cause. */
    private static String preempted(EventMeta meta, String node) {
        return "Preempted by " + meta.cause() + " on node " + node;
    }

    private static boolean endedByController(EventMeta meta, NodeEvent event) {
        return meta.caller().user().equals("system:daemonset-controller")
                && (event instanceof NodeEvent.DaemonPodTerminating || event instanceof NodeEvent.DaemonPodRemoved);
    }

    Update of(
            String namespace,
            String name,
            EventMeta meta,
            PodEvent event,
            long ordering,
            String persistenceId,
            long sequence) {
        if (event instanceof PodEvent.Bound bound) {
            return add(new CoreEvent(
                    CoreEvent.About.pod(namespace, name, bound.podUid()),
                    "Normal",
                    "Scheduled",
                    "Successfully assigned " + namespace + "/" + name + " to " + bound.node(),
                    "default-scheduler",
                    meta.atMillis(),
                    ordering,
                    persistenceId,
                    sequence));
        }
        if (event instanceof PodEvent.Unschedulable unschedulable) {
            return add(new CoreEvent(
                    CoreEvent.About.pod(namespace, name, unschedulable.podUid()),
                    "Warning",
                    "FailedScheduling",
                    unschedulable.message(),
                    "default-scheduler",
                    meta.atMillis(),
                    ordering,
                    persistenceId,
                    sequence));
        }
        if (event instanceof PodEvent.Stored stored && by(meta, SCHEDULER)) {
            ObjectNode pod = stored.object().tree();
            return add(new CoreEvent(
                    CoreEvent.About.pod(namespace, name, Json.text(pod, "metadata", "uid")),
                    "Normal",
                    "Preempted",
                    preempted(meta, Json.text(pod, "spec", "nodeName")),
                    "default-scheduler",
                    meta.atMillis(),
                    ordering,
                    persistenceId,
                    sequence));
        }
        if (event instanceof PodEvent.Stored stored && (by(meta, NODES) || by(meta, EVICTIONS))) {
            ObjectNode pod = stored.object().tree();
            if (by(meta, EVICTIONS) && Json.at(pod, "metadata").has("deletionTimestamp")) {
                // Said with the condition that was set before.
                return null;
            }
            return add(new CoreEvent(
                    CoreEvent.About.pod(namespace, name, Json.text(pod, "metadata", "uid")),
                    by(meta, NODES) ? "Warning" : "Normal",
                    by(meta, NODES) ? "NodeNotReady" : "TaintManagerEviction",
                    by(meta, NODES) ? "Node is not ready" : "Marking for deletion Pod " + namespace + "/" + name,
                    by(meta, NODES) ? "node-controller" : "taint-eviction-controller",
                    meta.atMillis(),
                    ordering,
                    persistenceId,
                    sequence));
        }
        return null;
    }

    /** The Events of a namespace that is gone; they are held no longer, and open watches of Events cannot go on. */
    List<StoredObject> drop(String namespace) {
        List<StoredObject> dropped = new ArrayList<>();
        oldestFirst.values().removeIf(event -> event.namespace().equals(namespace) && dropped.add(event));
        expired |= !dropped.isEmpty();
        return dropped;
    }

    /** Null when the change of status is nothing to warn of. */
    Update ofStatus(
            DaemonSetState before,
            DaemonSetState after,
            EventMeta meta,
            long ordering,
            String persistenceId,
            long sequence) {
        Incarnation current = after.current();
        return ConditionEvents.of(before.current().status(), current.status())
                .map(warning -> addNewest(new CoreEvent(
                        new CoreEvent.About("apps/v1", "DaemonSet", after.namespace(), after.name(), current.uid()),
                        "Warning",
                        warning.reason(),
                        warning.message(),
                        "daemonset-controller",
                        meta.atMillis(),
                        ordering,
                        persistenceId,
                        sequence)))
                .orElse(null);
    }

    Update ofCreation(
            DaemonSetState state,
            EventMeta meta,
            DaemonSetEvent.CreationFailed failed,
            long ordering,
            String persistenceId,
            long sequence) {
        return add(new CoreEvent(
                new CoreEvent.About("apps/v1", "DaemonSet", state.namespace(), state.name(), failed.uid()),
                "Warning",
                "FailedCreate",
                failed.message(),
                "daemonset-controller",
                meta.atMillis(),
                ordering,
                persistenceId,
                sequence));
    }

    /** An Event of which only the newest message matters: one with a count, whatever was said before. */
    private Update addNewest(CoreEvent event) {
        return place(event, event.reason(), event.message());
    }

    private Update add(CoreEvent event) {
        return place(event, event.message(), event.message());
    }

    private Update place(CoreEvent event, String alikeBy, String message) {
        EventGroups.Alike alike = event.alike();
        EventGroups.Place place = groups.place(alike, alikeBy, event.lastMillis());
        CoreEvent known = place.known() == null ? null : oldestFirst.remove(place.known());
        String shown = place.combined() ? EventGroups.COMBINED + message : message;
        CoreEvent now = known == null ? event.saying(shown) : known.again(event, shown);
        groups.placed(alike, alikeBy, place.combined(), now.ordering());
        oldestFirst.put(now.ordering(), now);
        if (oldestFirst.size() <= MAX_EVENTS) {
            return new Update(now, List.of());
        }
        expired = true;
        List<StoredObject> dropped = new ArrayList<>(DROPPED_AT_ONCE);
        Iterator<CoreEvent> oldest = oldestFirst.values().iterator();
        for (int i = 0; i < DROPPED_AT_ONCE; i++) {
            dropped.add(oldest.next());
            oldest.remove();
        }
        return new Update(now, dropped);
    }
}
