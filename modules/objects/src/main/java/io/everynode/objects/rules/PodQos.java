package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The quality-of-service class of a Pod (pkg/apis/core/v1/helper/qos/qos.go), from cpu and memory alone. */
public final class PodQos {

    private static final List<String> COMPUTE = List.of("cpu", "memory");

    private PodQos() {}

    /** @return BestEffort, Burstable or Guaranteed */
    public static String of(JsonNode podSpec) {
        Set<String> requested = new HashSet<>();
        Set<String> limited = new HashSet<>();
        boolean guaranteed = true;
        if (podSpec.has("resources")) {
            guaranteed = add(podSpec, requested, limited);
        } else {
            for (String containers : List.of("containers", "initContainers")) {
                for (ObjectNode container : Trees.objects(podSpec, containers)) {
                    guaranteed &= add(container, requested, limited);
                }
            }
        }
        if (requested.isEmpty() && limited.isEmpty()) {
            return "BestEffort";
        }
        return guaranteed ? "Guaranteed" : "Burstable";
    }

    /** Whether the owner asks for as much as it may have, of both resources. */
    private static boolean add(JsonNode owner, Set<String> requested, Set<String> limited) {
        JsonNode resources = owner.path("resources");
        boolean guaranteed = true;
        for (String resource : COMPUTE) {
            Quantity request = Amounts.of(resources.path("requests").path(resource));
            Quantity limit = Amounts.of(resources.path("limits").path(resource));
            if (request.compareTo(Quantity.ZERO) > 0) {
                requested.add(resource);
            }
            if (limit.compareTo(Quantity.ZERO) > 0) {
                limited.add(resource);
            } else {
                guaranteed = false;
            }
            guaranteed &= request.compareTo(limit) == 0;
        }
        return guaranteed;
    }
}
