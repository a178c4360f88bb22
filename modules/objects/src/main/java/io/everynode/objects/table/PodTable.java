package io.everynode.objects.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.List;

/** Pods. */
final class PodTable {

    static final Printer PODS = new Printer(
            List.of(
                    Column.NAME,
                    Column.text("Ready", "Ready containers and how many there are."),
                    Column.text("Status", "What the Pod is doing or waiting for."),
                    Column.text("Restarts", "Restarts of its containers and when the last one was."),
                    Column.AGE,
                    Column.wide("IP", "First address of the Pod."),
                    Column.wide("Node", "Node that the Pod is bound to."),
                    Column.wide("Nominated Node", "Node where lower Pods are making room for this one."),
                    Column.wide("Readiness Gates", "Readiness gates that are passed and how many there are.")),
            PodTable::pod);

    private PodTable() {}

    private static void pod(ObjectNode pod, Instant now, ArrayNode cells) {
        PodStatus status = new PodStatus(pod);
        String ip = Json.text(pod.path("status").path("podIPs").path(0), "ip");
        cells.add(Cells.name(pod))
                .add(status.ready())
                .add(status.reason())
                .add(status.restarts(now))
                .add(Cells.age(pod, now))
                .add(Cells.orNone(Cells.or(ip, Json.text(pod, "status", "podIP"))))
                .add(Cells.orNone(Json.text(pod, "spec", "nodeName")))
                .add(Cells.orNone(Json.text(pod, "status", "nominatedNodeName")))
                .add(status.readinessGates());
    }
}
