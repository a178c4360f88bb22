package io.everynode.core.daemonset;

import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.Ownership;
import io.everynode.core.object.ControllerRef;
import io.everynode.objects.select.LabelSelector;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One Pod on a node whose ownership is not as the DaemonSet's selector wants it (PodControllerRefManager.ClaimPods in
 * pkg/controller/controller_ref_manager.go).
 *
 * @param podUid UID
 * @param pod its name
 */
public record PodClaim(Kind kind, String podUid, String pod) implements Comparable<PodClaim> {

    /** What is to be done about it, in the order in which it is done. */
    public enum Kind {
        /** It is the DaemonSet's and is not matched any more, or names another controller. */
        RELEASE,
        /** It has no owner, is matched, and is in its Node's keeping. */
        ADOPT,
        /** It has no owner, is matched, and is an ordinary Pod. */
        HAND_OVER
    }

    /**
     * Whether a Pod that the DaemonSet owns is still its own. As long as no client has changed it, it is: its labels
     * are those of a template, which the selector matches, and a selector never changes.
     */
    public static boolean stray(DaemonPod pod, LabelSelector selector) {
        return pod.edited() != null
                && (!ControllerRef.of(pod.edited().tree()).uid().equals(pod.daemonSetUid())
                        || !selector.test(labels(pod)));
    }

    private static Map<String, String> labels(DaemonPod pod) {
        Map<String, String> labels = new LinkedHashMap<>();
        pod.edited()
                .tree()
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /** Whether the DaemonSet is to own a Pod of its namespace that nobody owns. */
    public static boolean wanted(
            Map<String, String> labels, ControllerRef controller, LabelSelector selector, String daemonSetUid) {
        return !selector.isEverything() && selector.test(labels) && Ownership.free(controller, daemonSetUid);
    }

    @Override
    public int compareTo(PodClaim other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : podUid.compareTo(other.podUid);
    }
}
