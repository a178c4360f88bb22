package io.everynode.core.node;

import io.everynode.core.event.Event;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import java.util.List;

/** What can have happened to a Node and to the Pods in its keeping. */
public sealed interface NodeEvent extends Event {

    /** @param object the whole Node as it became, without resourceVersion */
    record Stored(JsonBytes object) implements NodeEvent {}

    record Removed(String uid) implements NodeEvent {}

    /** A daemon Pod took its slot, in any form that was ever written. */
    sealed interface PodCreation extends NodeEvent {

        DaemonPodCreated facts();

        /** {@code metadata.finalizers} that the Pod has from its template. */
        List<String> finalizers();
    }

    /**
     * A daemon Pod took its slot; this form is from before templates gave finalizers, and is written within
     * {@link DaemonPodMade} only. Holds what the Node decides on and names the template by its hash.
     *
     * @param template hash of the admitted template
     * @param renderer version of {@link DaemonPodRenderer} that makes the object of it
     * @param incarnation running number on this node; name and UID follow from it
     * @param waiting why it does not fit, or "" when it is bound to the node
     */
    record DaemonPodCreated(
            String daemonSetUid,
            String namespace,
            String daemonSet,
            long generation,
            String revision,
            String template,
            long templateGeneration,
            int renderer,
            Resources requests,
            List<HostPort> ports,
            int priority,
            long graceSeconds,
            String name,
            String uid,
            long incarnation,
            String waiting)
            implements PodCreation {

        @Override
        public DaemonPodCreated facts() {
            return this;
        }

        @Override
        public List<String> finalizers() {
            return List.of();
        }
    }

    /** A daemon Pod took its slot. @param finalizers of its template */
    record DaemonPodMade(DaemonPodCreated facts, List<String> finalizers) implements PodCreation {}

    /** A waiting daemon Pod fits now. */
    record DaemonPodBound(String uid) implements NodeEvent {}

    /** A waiting daemon Pod still does not fit, for another reason than before. */
    record DaemonPodStillWaiting(String uid, String waiting) implements NodeEvent {}

    /** The node's runtime reported. @param status the Pod's whole status */
    record DaemonPodReported(String uid, JsonBytes status) implements NodeEvent {}

    /** A client changed the Pod itself. @param object the whole Pod but its status */
    record DaemonPodEdited(String uid, JsonBytes object) implements NodeEvent {}

    /** The Pod shall stop within its grace; the runtime confirms its end. */
    record DaemonPodTerminating(String uid, long deletionMillis, long graceSeconds) implements NodeEvent {}

    record DaemonPodRemoved(String uid) implements NodeEvent {}

    /** Nobody owns the Pod any more; it stays in the Node's keeping. */
    record DaemonPodReleased(String uid) implements NodeEvent {}

    /**
     * A Pod that nobody owned has an owner.
     *
     * @param generation of the DaemonSet that asked for it
     * @param revision by the Pod's label controller-revision-hash, or ""
     */
    record DaemonPodAdopted(String uid, String daemonSetUid, String daemonSet, long generation, String revision)
            implements NodeEvent {}

    /**
     * An ordinary Pod that runs here came into the Node's keeping, without an owner. What was reserved for it becomes
     * the note that it was taken over, until its own entity has heard of it.
     *
     * @param attempt running number by which its entity asked
     * @param object the whole Pod with status
     * @param incarnation running number on this node
     */
    record PodTakenOver(
            String uid,
            String namespace,
            String name,
            long attempt,
            JsonBytes object,
            Resources requests,
            List<HostPort> ports,
            int priority,
            long graceSeconds,
            long incarnation)
            implements NodeEvent {}

    /** Commands of this DaemonSet are refused until then. */
    record DaemonSetRetired(String daemonSetUid, long untilMillis) implements NodeEvent {}

    /**
     * The answer to an ordinary Pod's wish to run here.
     *
     * @param attempt the Pod's running number of the proposal
     * @param refusal why not, or "" when the resources are reserved
     */
    record ReservationAnswered(
            String podUid,
            String namespace,
            String name,
            long attempt,
            Resources requests,
            List<HostPort> ports,
            int priority,
            String refusal)
            implements NodeEvent {}

    record ReservationReleased(String podUid) implements NodeEvent {}

    /**
     * Room is being freed for this Pod, by ending others; daemon Pods of lower priority leave it alone.
     *
     * @param untilMillis when it may be forgotten, epoch milliseconds
     */
    record Nominated(String podUid, Resources requests, List<HostPort> ports, int priority, long untilMillis)
            implements NodeEvent {}

    /** The Pod does not come here after all. */
    record NominationEnded(String podUid) implements NodeEvent {}
}
