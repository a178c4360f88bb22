package io.everynode.controlplane.simulation;

import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.event.Event;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.resource.ResourceEvent;

/** What of an event is worth a few words in the trace. */
final class Describe {

    private static final int DIFFERENCE_SHOWN = 120;

    private Describe() {}

    static String event(Event event) {
        if (event instanceof NodeEvent.PodCreation creation) {
            NodeEvent.DaemonPodCreated created = creation.facts();
            return ": " + created.name() + " " + pod(created.uid()) + " of " + created.revision()
                    + " generation " + created.generation()
                    + (created.waiting().isEmpty() ? "" : ", waits");
        }
        if (event instanceof NodeEvent.DaemonPodTerminating terminating) {
            return ": " + pod(terminating.uid()) + " within " + terminating.graceSeconds() + " s";
        }
        if (event instanceof NodeEvent.DaemonPodRemoved removed) {
            return ": " + pod(removed.uid());
        }
        if (event instanceof NodeEvent.DaemonPodReported reported) {
            var status = reported.status().tree();
            return ": " + pod(reported.uid()) + " " + status.path("phase").asText()
                    + (NodeState.ready(status) ? " ready" : "");
        }
        if (event instanceof NodeEvent.DaemonPodReleased released) {
            return ": " + pod(released.uid());
        }
        if (event instanceof NodeEvent.DaemonPodAdopted adopted) {
            return ": " + pod(adopted.uid()) + " by " + adopted.daemonSet() + " generation " + adopted.generation();
        }
        if (event instanceof NodeEvent.PodTakenOver taken) {
            return ": " + taken.name() + " " + pod(taken.uid());
        }
        if (event instanceof DaemonSetEvent.Granted granted) {
            return ": granted " + granted.granted() + " spent " + granted.spent();
        }
        if (event instanceof DaemonSetEvent.StatusChanged status) {
            return ": " + status.status();
        }
        if (event instanceof ResourceEvent.Stored stored) {
            var metadata = stored.object().tree().path("metadata");
            return ": " + metadata.path("name").asText() + " "
                    + pod(metadata.path("uid").asText()) + " owners "
                    + metadata.path("ownerReferences") + " finalizers " + metadata.path("finalizers")
                    + (metadata.has("deletionTimestamp") ? ", terminating" : "");
        }
        if (event instanceof PodEvent.BindingProposed proposed) {
            return ": " + proposed.node() + " attempt " + proposed.attempt();
        }
        return "";
    }

    /** Where a state and the one rebuilt from the journal begin to differ. */
    static String difference(String id, Object state, Object rebuilt) {
        String one = String.valueOf(state);
        String other = String.valueOf(rebuilt);
        int at = 0;
        while (at < Math.min(one.length(), other.length()) && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        int from = Math.max(0, at - DIFFERENCE_SHOWN);
        return id + " has …" + one.substring(from, Math.min(one.length(), at + DIFFERENCE_SHOWN))
                + "…, its journal gives …" + other.substring(from, Math.min(other.length(), at + DIFFERENCE_SHOWN))
                + "…";
    }

    private static String pod(String uid) {
        return uid.length() > 8 ? uid.substring(0, 8) : uid;
    }
}
