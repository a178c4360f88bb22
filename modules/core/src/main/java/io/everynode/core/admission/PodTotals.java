package io.everynode.core.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Pod requests, or may use at most, as exact amounts by resource (component-helpers/resource/helpers.go,
 * PodRequests and PodLimits). A container's limit stands for a request that it does not make, as defaults have it.
 * Pure.
 */
final class PodTotals {

    private PodTotals() {}

    static Map<String, Amount> requests(JsonNode spec, boolean overhead) {
        Map<String, Amount> total = of(spec, "requests");
        if (overhead) {
            add(total, Amount.list(spec.path("overhead")));
        }
        return total;
    }

    static Map<String, Amount> limits(JsonNode spec, boolean overhead) {
        Map<String, Amount> total = of(spec, "limits");
        if (overhead) {
            Amount.list(spec.path("overhead"))
                    .forEach((name, amount) ->
                            total.computeIfPresent(name, (n, limit) -> limit.isZero() ? limit : limit.plus(amount)));
        }
        return total;
    }

    private static Map<String, Amount> of(JsonNode spec, String list) {
        Map<String, Amount> total = new TreeMap<>();
        for (JsonNode container : spec.path("containers")) {
            add(total, of(container, list, true));
        }
        Map<String, Amount> staying = new TreeMap<>();
        Map<String, Amount> peak = new TreeMap<>();
        for (JsonNode container : spec.path("initContainers")) {
            Map<String, Amount> own = of(container, list, true);
            if (Json.text(container, "restartPolicy").equals("Always")) {
                add(total, own);
                add(staying, own);
                raise(peak, staying);
            } else {
                add(own, staying);
                raise(peak, own);
            }
        }
        raise(total, peak);
        of(spec, list, true).forEach((name, amount) -> {
            if (name.equals("cpu") || name.equals("memory") || name.startsWith("hugepages-")) {
                total.put(name, amount);
            }
        });
        return total;
    }

    /** Of one container, or of the Pod's own resources. */
    static Map<String, Amount> of(JsonNode owner, String list, boolean limitsForRequests) {
        JsonNode resources = owner.path("resources");
        Map<String, Amount> amounts = Amount.list(resources.path(list));
        if (limitsForRequests && list.equals("requests")) {
            Amount.list(resources.path("limits")).forEach(amounts::putIfAbsent);
        }
        return amounts;
    }

    private static void add(Map<String, Amount> to, Map<String, Amount> more) {
        more.forEach((name, amount) -> to.merge(name, amount, Amount::plus));
    }

    private static void raise(Map<String, Amount> to, Map<String, Amount> least) {
        least.forEach((name, amount) -> to.merge(name, amount, (a, b) -> b.above(a) ? b : a));
    }
}
