package io.everynode.controlplane.audit;

import java.util.Set;

/** Which types of events tell of objects in the API, and which of them follow only from other changes. */
final class AuditedEvents {

    /** They change no object, or repeat what another event of the same persist tells. */
    static final Set<String> NEVER = Set.of(
            "node.daemonset-retired/1",
            "node.reservation-answered/1",
            "node.reservation-released/1",
            "node.nominated/1",
            "node.nomination-ended/1",
            "node.pod-taken-over/1",
            "daemonset.granted/1",
            "daemonset.creation-failed/1",
            "daemonset.retirement-finished/1",
            "daemonset.revision-recorded/1",
            "daemonset.revision-renumbered/1",
            "daemonset.revision-released/1",
            "daemonset.revision-adopted/1",
            "pod.binding-proposed/1",
            "pod.binding-refused/1",
            "pod.node-assigned/1",
            "pod.assignment-kept/1",
            "pod.released/1",
            "pod.handing-over/1",
            "pod.handed-over/1",
            "template.stored/1");

    /** Nodes report, controllers make: most rows of a journal, which are not even fetched. */
    private static final Set<String> OF_PARTS = Set.of(
            "node.pod-created/1",
            "node.pod-created/2",
            "node.pod-bound/1",
            "node.pod-waiting/1",
            "node.pod-reported/1",
            "node.pod-released/1",
            "node.pod-adopted/1",
            "daemonset.status-changed/1",
            "pod.unschedulable/1");

    static final Set<String> NOT_BY_PEOPLE = union(NEVER, OF_PARTS);

    // What holds an object as it was before another event of the same entity.
    static final Set<String> OF_RESOURCE = Set.of("resource.stored/1", "resource.sealed/1", "resource.removed/1");
    static final Set<String> OF_NODE = Set.of("node.stored/1", "node.removed/1");
    static final Set<String> OF_POD =
            Set.of("pod.stored/1", "pod.bound/1", "pod.unschedulable/1", "pod.removed/1", "pod.handed-over/1");
    static final Set<String> OF_DAEMON_SET =
            Set.of("daemonset.stored/1", "daemonset.removed/1", "daemonset.orphaned/1");

    private AuditedEvents() {}

    private static Set<String> union(Set<String> one, Set<String> other) {
        java.util.HashSet<String> all = new java.util.HashSet<>(one);
        all.addAll(other);
        return Set.copyOf(all);
    }
}
