package io.everynode.core.node;

import java.time.Instant;

/** How a daemon Pod ends: at once when nothing of it can run, else gracefully, and held while it has finalizers. */
final class PodEnding {

    private PodEnding() {}

    /** @param graceSeconds the client's wish, or null for the Pod's own */
    static NodeEvent event(DaemonPod pod, Long graceSeconds, Instant now) {
        long asked = graceSeconds != null ? graceSeconds : pod.createdBy().graceSeconds();
        // A negative period counts as one second, as for any Pod.
        long grace = !pod.bound() || pod.terminal() ? 0 : asked < 0 ? 1 : asked;
        if (grace == 0 && !pod.held()) {
            return new NodeEvent.DaemonPodRemoved(pod.uid());
        }
        return new NodeEvent.DaemonPodTerminating(pod.uid(), now.toEpochMilli() + grace * 1000, grace);
    }
}
