package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Core Events of the control plane: a view of the journal with upstream's reasons, at most one for each journal event,
 * named by object and ordering, rendered when read. Bounded; which are dropped follows from the journal alone, so that
 * all JVMs agree.
 */
final class CoreEventView {

    /** Some 300 bytes each: 30 MB. */
    static final int MAX_EVENTS = 50_000;

    /** Dropped at once when there are too many, so that watches of Events seldom end for it. */
    static final int DROPPED_AT_ONCE = 10_000;

    private final Deque<StoredObject> oldestFirst = new ArrayDeque<>();
    private boolean expired;

    /** @param dropped Events that are no longer held */
    record Update(StoredObject added, List<StoredObject> dropped) {}

    /** What an Event is about. */
    private record About(String apiVersion, String kind, String namespace, String name, String uid) {
        static About pod(String namespace, String name, String uid) {
            return new About("v1", "Pod", namespace, name, uid);
        }

        static About daemonSet(DaemonPod pod) {
            return new About(
                    "apps/v1", "DaemonSet", pod.namespace(), pod.owner().daemonSet(), pod.daemonSetUid());
        }
    }

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
        About about = null;
        String type = "Normal";
        String reason = "";
        String message = "";
        String component = "daemonset-controller";
        if (event instanceof NodeEvent.DaemonPodCreated created) {
            about = About.daemonSet(after.pods().get(created.uid()));
            reason = "SuccessfulCreate";
            message = "Created pod: " + created.name();
        } else if (event instanceof NodeEvent.DaemonPodStillWaiting waiting) {
            DaemonPod pod = after.pods().get(waiting.uid());
            about = About.pod(pod.namespace(), pod.name(), pod.uid());
            type = "Warning";
            reason = "FailedScheduling";
            message = waiting.waiting();
            component = "default-scheduler";
        } else if (event instanceof NodeEvent.DaemonPodBound bound) {
            DaemonPod pod = after.pods().get(bound.uid());
            about = About.pod(pod.namespace(), pod.name(), pod.uid());
            reason = "Scheduled";
            message = assigned(pod, node);
            component = "default-scheduler";
        } else if (event instanceof NodeEvent.DaemonPodReported reported) {
            DaemonPod pod = after.pods().get(reported.uid());
            boolean failed = !pod.orphan()
                    && pod.phase().equals("Failed")
                    && !before.pods().get(reported.uid()).phase().equals("Failed");
            boolean first = before.pods().get(reported.uid()).status() == null && pod.boundAt() == pod.createdAt();
            if (failed) {
                about = About.daemonSet(pod);
                type = "Warning";
                reason = "FailedDaemonPod";
                message = "Found failed daemon pod " + pod.namespace() + "/" + pod.name() + " on node " + node
                        + ", will try to kill it";
            } else if (first) {
                // A Pod that fits is created and bound by one journal event, which is SuccessfulCreate already.
                about = About.pod(pod.namespace(), pod.name(), pod.uid());
                reason = "Scheduled";
                message = assigned(pod, node);
                component = "default-scheduler";
            }
        } else if (endedByController(meta, event)) {
            String uid = event instanceof NodeEvent.DaemonPodTerminating terminating
                    ? terminating.uid()
                    : ((NodeEvent.DaemonPodRemoved) event).uid();
            DaemonPod pod = before.pods().get(uid);
            about = pod.orphan() ? null : About.daemonSet(pod);
            reason = "SuccessfulDelete";
            message = "Deleted pod: " + pod.name();
        } else if (event instanceof NodeEvent.Stored && !before.exists()) {
            about = new About("v1", "Node", "", node, after.facts().uid());
            reason = "RegisteredNode";
            message = "Node " + node + " event: Registered Node " + node + " in Controller";
            component = "node-controller";
        } else if (event instanceof NodeEvent.Removed removed) {
            about = new About("v1", "Node", "", node, removed.uid());
            reason = "RemovingNode";
            message = "Node " + node + " event: Removing Node " + node + " from Controller";
            component = "node-controller";
        }
        return about == null
                ? null
                : add(new StoredEvent(
                        about, type, reason, message, component, meta.atMillis(), ordering, persistenceId, sequence));
    }

    private static String assigned(DaemonPod pod, String node) {
        return "Successfully assigned " + pod.namespace() + "/" + pod.name() + " to " + node;
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
            return add(new StoredEvent(
                    About.pod(namespace, name, bound.podUid()),
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
            return add(new StoredEvent(
                    About.pod(namespace, name, unschedulable.podUid()),
                    "Warning",
                    "FailedScheduling",
                    unschedulable.message(),
                    "default-scheduler",
                    meta.atMillis(),
                    ordering,
                    persistenceId,
                    sequence));
        }
        return null;
    }

    private Update add(StoredEvent event) {
        oldestFirst.addLast(event);
        if (oldestFirst.size() <= MAX_EVENTS) {
            return new Update(event, List.of());
        }
        expired = true;
        List<StoredObject> dropped = new ArrayList<>(DROPPED_AT_ONCE);
        for (int i = 0; i < DROPPED_AT_ONCE; i++) {
            dropped.add(oldestFirst.removeFirst());
        }
        return new Update(event, dropped);
    }

    /** One Event, rendered when read. */
    private static final class StoredEvent extends AbstractStoredObject {
        private final About about;
        private final String type;
        private final String reason;
        private final String message;
        private final String component;
        private final long atMillis;

        StoredEvent(
                About about,
                String type,
                String reason,
                String message,
                String component,
                long atMillis,
                long ordering,
                String persistenceId,
                long sequence) {
            super(
                    Kinds.EVENT,
                    about.namespace().isEmpty() ? "default" : about.namespace(),
                    about.name() + "." + String.format("%016x", ordering),
                    // Version 8 of RFC 9562; the ordering alone makes it unique.
                    new java.util.UUID(0x65766E740000_8000L, 0x8000000000000000L | ordering).toString(),
                    ordering,
                    persistenceId,
                    sequence);
            this.about = about;
            this.type = type;
            this.reason = reason;
            this.message = message;
            this.component = component;
            this.atMillis = atMillis;
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        ObjectNode render() {
            String at = Instant.ofEpochMilli(atMillis)
                    .truncatedTo(ChronoUnit.SECONDS)
                    .toString();
            ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
            event.putObject("metadata")
                    .put("name", name())
                    .put("namespace", namespace())
                    .put("uid", uid())
                    .put("creationTimestamp", at);
            ObjectNode involved =
                    event.putObject("involvedObject").put("kind", about.kind()).put("apiVersion", about.apiVersion());
            if (!about.namespace().isEmpty()) {
                involved.put("namespace", about.namespace());
            }
            involved.put("name", about.name()).put("uid", about.uid());
            event.put("reason", reason).put("message", message);
            event.putObject("source").put("component", component);
            event.put("firstTimestamp", at)
                    .put("lastTimestamp", at)
                    .put("count", 1)
                    .put("type", type);
            event.putNull("eventTime");
            return event.put("reportingComponent", component).put("reportingInstance", "");
        }

        @Override
        StoredObject at(long newResourceVersion, long newSequenceNumber) {
            return new StoredEvent(
                    about,
                    type,
                    reason,
                    message,
                    component,
                    atMillis,
                    newResourceVersion,
                    persistenceId(),
                    newSequenceNumber);
        }
    }
}
