package io.everynode.controlplane.event;

import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.event.Event;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.Resources;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.resource.CipherBytes;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.core.template.TemplateEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One example of each event type. Changing one changes the golden file: add new ones instead. */
final class EventExamples {

    private static final JsonBytes OBJECT =
            new JsonBytes("{\"kind\":\"Thing\",\"metadata\":{\"name\":\"a\"}}".getBytes(StandardCharsets.UTF_8));
    private static final Resources REQUESTS = new Resources(100, 200 << 20, 0, Map.of("example.com/gpu", 1L));
    private static final List<HostPort> PORTS = List.of(new HostPort("0.0.0.0", "TCP", 24224));

    private EventExamples() {}

    static List<Event> all() {
        return List.of(
                new NodeEvent.Stored(OBJECT),
                new NodeEvent.Removed("node-uid"),
                new NodeEvent.DaemonPodCreated(
                        "ds-uid",
                        "kube-system",
                        "fluentd",
                        3,
                        "5d8c9f",
                        "a1b2",
                        3,
                        1,
                        REQUESTS,
                        PORTS,
                        2_000_001_000,
                        30,
                        "fluentd-abcdefghijk",
                        "pod-uid",
                        7,
                        ""),
                new NodeEvent.DaemonPodBound("pod-uid"),
                new NodeEvent.DaemonPodStillWaiting("pod-uid", "0/1 nodes are available: 1 Insufficient cpu."),
                new NodeEvent.DaemonPodReported("pod-uid", OBJECT),
                new NodeEvent.DaemonPodEdited("pod-uid", OBJECT),
                new NodeEvent.DaemonPodTerminating("pod-uid", 1_700_000_030_000L, 30),
                new NodeEvent.DaemonPodRemoved("pod-uid"),
                new NodeEvent.DaemonSetRetired("ds-uid", 1_700_000_120_000L),
                new NodeEvent.ReservationAnswered("pod-uid", "default", "web", 2, REQUESTS, PORTS, 0, "Too many pods"),
                new NodeEvent.ReservationReleased("pod-uid"),
                new NodeEvent.Nominated(
                        "pod-uid", new Resources(100, 1, 0, Map.of()), List.of(new HostPort("", "TCP", 80)), 1000, 5),
                new NodeEvent.NominationEnded("pod-uid"),
                new DaemonSetEvent.Stored("ds-uid", OBJECT),
                new DaemonSetEvent.StatusChanged("ds-uid", OBJECT),
                new DaemonSetEvent.RevisionRecorded("ds-uid", "5d8c9f", 2, "fluentd-5d8c9f", "rev-uid", OBJECT, OBJECT),
                new DaemonSetEvent.RevisionRenumbered("ds-uid", "5d8c9f", 3, OBJECT),
                new DaemonSetEvent.RevisionTrimmed("ds-uid", "5d8c9f"),
                new DaemonSetEvent.RevisionWritten("ds-uid", "5d8c9f", OBJECT),
                new DaemonSetEvent.Granted("ds-uid", 3, List.of("a", "b"), List.of("c")),
                new DaemonSetEvent.CreationFailed("ds-uid", "Error creating: no"),
                new DaemonSetEvent.Removed("ds-uid"),
                new DaemonSetEvent.RetirementFinished("ds-uid"),
                new PodEvent.Stored(OBJECT),
                new PodEvent.BindingProposed("pod-uid", "worker-1", 1),
                new PodEvent.BindingRefused("pod-uid", "worker-1", 1, "Too many pods"),
                new PodEvent.Bound("pod-uid", "worker-1", 1, OBJECT),
                new PodEvent.Unschedulable("pod-uid", "0/5 nodes are available", OBJECT),
                new PodEvent.NodeAssigned("pod-uid", "worker-1", 1),
                new PodEvent.AssignmentKept("pod-uid", "worker-1", 1),
                new PodEvent.Removed("pod-uid"),
                new PodEvent.Released("pod-uid", "worker-1", 1),
                new TemplateEvent.Stored(OBJECT),
                new ResourceEvent.Stored(OBJECT),
                new ResourceEvent.Removed("uid"),
                new NodeEvent.DaemonPodReleased("pod-uid"),
                new NodeEvent.DaemonPodAdopted("pod-uid", "ds-uid", "fluentd", 3, "5d8c9f"),
                new NodeEvent.PodTakenOver("pod-uid", "kube-system", "by-hand", 2, OBJECT, REQUESTS, PORTS, 0, 30, 7),
                new DaemonSetEvent.Orphaned("ds-uid"),
                new PodEvent.HandingOver("pod-uid", "worker-1", 2),
                new PodEvent.HandedOver("pod-uid", "worker-1", 2),
                new NodeEvent.DaemonPodMade(
                        new NodeEvent.DaemonPodCreated(
                                "ds-uid",
                                "kube-system",
                                "fluentd",
                                3,
                                "5d8c9f",
                                "a1b2",
                                3,
                                2,
                                REQUESTS,
                                PORTS,
                                2_000_001_000,
                                30,
                                "fluentd-abcdefghijk",
                                "pod-uid",
                                7,
                                ""),
                        List.of("example.com/a")),
                new DaemonSetEvent.RevisionReleased("ds-uid", "5d8c9f"),
                new DaemonSetEvent.RevisionAdopted("ds-uid", "fluentd-5d8c9f", "5d8c9f"),
                new DaemonSetEvent.LeftRevisionWritten("fluentd-5d8c9f", OBJECT),
                new DaemonSetEvent.LeftRevisionRemoved("fluentd-5d8c9f"),
                new ResourceEvent.Sealed(
                        OBJECT, "00112233445566778899aabbccddeeff", new CipherBytes(new byte[] {1, 2, 3})));
    }
}
