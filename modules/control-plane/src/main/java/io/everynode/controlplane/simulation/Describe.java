package io.everynode.controlplane.simulation;

import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.event.Event;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodEvent;

/** What of an event is worth a few words in the trace. */
final class Describe {

    private Describe() {}

    static String event(Event event) {
        if (event instanceof NodeEvent.DaemonPodCreated created) {
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
        if (event instanceof DaemonSetEvent.Granted granted) {
            return ": granted " + granted.granted() + " spent " + granted.spent();
        }
        if (event instanceof DaemonSetEvent.StatusChanged status) {
            return ": " + status.status();
        }
        if (event instanceof PodEvent.BindingProposed proposed) {
            return ": " + proposed.node() + " attempt " + proposed.attempt();
        }
        return "";
    }

    private static String pod(String uid) {
        return uid.length() > 8 ? uid.substring(0, 8) : uid;
    }
}
