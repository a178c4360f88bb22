package io.everynode.controlplane.event;

import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.event.Event;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.core.template.TemplateEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every type of event with the manifest that stands in its journal rows, for ever. A changed form is a new manifest
 * with a higher number; old ones stay readable. {@code format} is the event format of the cluster from which on the
 * type may be written (FormatGate).
 */
public final class EventTypes {

    /**
     * The highest event format this program can read: since 3 events may be packed ({@link PackedEvent}), since 4
     * Secrets may be sealed ({@link ResourceEvent.Sealed}).
     */
    public static final int READABLE_FORMAT = 4;

    /**
     * @param manifest in the journal's rows
     * @param format from which on it may be written
     */
    public record EventType(String manifest, Class<? extends Event> type, int format) {}

    private static final List<EventType> ALL = List.of(
            new EventType("node.stored/1", NodeEvent.Stored.class, 1),
            new EventType("node.removed/1", NodeEvent.Removed.class, 1),
            new EventType("node.pod-created/1", NodeEvent.DaemonPodCreated.class, 1),
            new EventType("node.pod-created/2", NodeEvent.DaemonPodMade.class, 2),
            new EventType("node.pod-bound/1", NodeEvent.DaemonPodBound.class, 1),
            new EventType("node.pod-waiting/1", NodeEvent.DaemonPodStillWaiting.class, 1),
            new EventType("node.pod-reported/1", NodeEvent.DaemonPodReported.class, 1),
            new EventType("node.pod-edited/1", NodeEvent.DaemonPodEdited.class, 1),
            new EventType("node.pod-terminating/1", NodeEvent.DaemonPodTerminating.class, 1),
            new EventType("node.pod-removed/1", NodeEvent.DaemonPodRemoved.class, 1),
            new EventType("node.pod-released/1", NodeEvent.DaemonPodReleased.class, 2),
            new EventType("node.pod-adopted/1", NodeEvent.DaemonPodAdopted.class, 2),
            new EventType("node.pod-taken-over/1", NodeEvent.PodTakenOver.class, 2),
            new EventType("node.daemonset-retired/1", NodeEvent.DaemonSetRetired.class, 1),
            new EventType("node.reservation-answered/1", NodeEvent.ReservationAnswered.class, 1),
            new EventType("node.reservation-released/1", NodeEvent.ReservationReleased.class, 1),
            new EventType("node.nominated/1", NodeEvent.Nominated.class, 1),
            new EventType("node.nomination-ended/1", NodeEvent.NominationEnded.class, 1),
            new EventType("daemonset.stored/1", DaemonSetEvent.Stored.class, 1),
            new EventType("daemonset.status-changed/1", DaemonSetEvent.StatusChanged.class, 1),
            new EventType("daemonset.revision-recorded/1", DaemonSetEvent.RevisionRecorded.class, 1),
            new EventType("daemonset.revision-renumbered/1", DaemonSetEvent.RevisionRenumbered.class, 1),
            new EventType("daemonset.revision-trimmed/1", DaemonSetEvent.RevisionTrimmed.class, 1),
            new EventType("daemonset.revision-written/1", DaemonSetEvent.RevisionWritten.class, 1),
            new EventType("daemonset.revision-released/1", DaemonSetEvent.RevisionReleased.class, 2),
            new EventType("daemonset.revision-adopted/1", DaemonSetEvent.RevisionAdopted.class, 2),
            new EventType("daemonset.left-revision-written/1", DaemonSetEvent.LeftRevisionWritten.class, 2),
            new EventType("daemonset.left-revision-removed/1", DaemonSetEvent.LeftRevisionRemoved.class, 2),
            new EventType("daemonset.granted/1", DaemonSetEvent.Granted.class, 1),
            new EventType("daemonset.creation-failed/1", DaemonSetEvent.CreationFailed.class, 1),
            new EventType("daemonset.removed/1", DaemonSetEvent.Removed.class, 1),
            new EventType("daemonset.orphaned/1", DaemonSetEvent.Orphaned.class, 2),
            new EventType("daemonset.retirement-finished/1", DaemonSetEvent.RetirementFinished.class, 1),
            new EventType("pod.stored/1", PodEvent.Stored.class, 1),
            new EventType("pod.binding-proposed/1", PodEvent.BindingProposed.class, 1),
            new EventType("pod.binding-refused/1", PodEvent.BindingRefused.class, 1),
            new EventType("pod.bound/1", PodEvent.Bound.class, 1),
            new EventType("pod.unschedulable/1", PodEvent.Unschedulable.class, 1),
            new EventType("pod.node-assigned/1", PodEvent.NodeAssigned.class, 1),
            new EventType("pod.assignment-kept/1", PodEvent.AssignmentKept.class, 1),
            new EventType("pod.removed/1", PodEvent.Removed.class, 1),
            new EventType("pod.released/1", PodEvent.Released.class, 1),
            new EventType("pod.handing-over/1", PodEvent.HandingOver.class, 2),
            new EventType("pod.handed-over/1", PodEvent.HandedOver.class, 2),
            new EventType("template.stored/1", TemplateEvent.Stored.class, 1),
            new EventType("resource.stored/1", ResourceEvent.Stored.class, 1),
            new EventType("resource.removed/1", ResourceEvent.Removed.class, 1),
            new EventType("resource.sealed/1", ResourceEvent.Sealed.class, 4));

    private static final Map<String, EventType> BY_MANIFEST = new HashMap<>();
    private static final Map<Class<?>, EventType> BY_CLASS = new HashMap<>();

    static {
        for (EventType type : ALL) {
            BY_MANIFEST.put(type.manifest(), type);
            BY_CLASS.put(type.type(), type);
        }
    }

    private EventTypes() {}

    public static List<EventType> all() {
        return ALL;
    }

    /** Null for a manifest that this program does not know. */
    public static EventType of(String manifest) {
        return BY_MANIFEST.get(manifest);
    }

    public static EventType of(Event event) {
        return BY_CLASS.get(event.getClass());
    }

    /** In the rows of events of this class. */
    public static String manifest(Class<? extends Event> type) {
        return BY_CLASS.get(type).manifest();
    }
}
