package io.everynode.core.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.placement.Taint;
import io.everynode.objects.Json;

/**
 * What {@link EvictionZones} reads of a Node. Immutable.
 *
 * @param zone region and zone, of the topology labels
 * @param counted whether it has a say in its zone's health (no label node.kubernetes.io/exclude-disruption)
 * @param ready Ready is True
 * @param wanted the evicting taint that its Ready condition asks for and that it does not have; "" for none
 * @param tainted has one of the control plane's evicting taints
 */
public record ZonedNode(String zone, boolean counted, boolean ready, String wanted, boolean tainted) {

    /** Separates region and zone; no label value holds it (component-helpers/node/topology, GetZoneKey). */
    private static final String BETWEEN = ":\0:";

    public static ZonedNode of(JsonNode node) {
        JsonNode labels = Json.at(node, "metadata", "labels");
        String zone = label(labels, "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone");
        String region = label(labels, "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region");
        String wanted = NoExecuteTaints.wanted(node);
        boolean notReady = NoExecuteTaints.has(node, Taint.NOT_READY);
        boolean unreachable = NoExecuteTaints.has(node, Taint.UNREACHABLE);
        boolean has = wanted.equals(Taint.NOT_READY) && notReady || wanted.equals(Taint.UNREACHABLE) && unreachable;
        return new ZonedNode(
                zone.isEmpty() && region.isEmpty() ? "" : region + BETWEEN + zone,
                !labels.has("node.kubernetes.io/exclude-disruption"),
                NodeConditions.status(node, NodeConditions.READY).equals("True"),
                has ? "" : wanted,
                notReady || unreachable);
    }

    private static String label(JsonNode labels, String name, String old) {
        String value = Json.text(labels, name);
        return value.isEmpty() ? Json.text(labels, old) : value;
    }
}
