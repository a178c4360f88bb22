package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Quantity;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Amounts of resources in lists such as limits and capacity (core validation ValidateResourceQuantityValue). */
final class Amounts {

    private static final Set<String> WHOLE = Set.of(
            "pods",
            "services",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");

    private Amounts() {}

    /** Clients may write an amount as a number; it is kept as text, as the API always answers it. */
    static void normalize(ObjectNode owner, String list) {
        if (owner.get(list) instanceof ObjectNode amounts) {
            for (Map.Entry<String, JsonNode> amount : Trees.entries(owner, list)) {
                normalizeOne(amounts, amount.getKey());
            }
        }
    }

    static void normalizeOne(ObjectNode owner, String name) {
        JsonNode amount = owner.get(name);
        if (amount != null && amount.isNumber()) {
            owner.put(name, amount.asText());
        }
    }

    /** The amount; zero if the text is none, which type checks refuse before. */
    static Quantity of(JsonNode amount) {
        return Quantity.parse(amount.asText()).orElse(Quantity.ZERO);
    }

    static void validate(String resource, JsonNode amount, String field, Causes causes) {
        Optional<Quantity> quantity = Quantity.parse(amount.asText());
        if (quantity.isEmpty()) {
            causes.invalid(field, amount.asText(), "must be a valid resource quantity");
            return;
        }
        if (quantity.get().isNegative()) {
            causes.invalid(field, amount.asText(), "must be greater than or equal to 0");
        }
        if (isWhole(resource) && quantity.get().milliValue() % 1000 != 0) {
            causes.invalid(field, amount.asText(), "must be an integer");
        }
    }

    /** Counted resources, and extended ones such as "nvidia.com/gpu". */
    private static boolean isWhole(String resource) {
        return WHOLE.contains(resource) || isExtended(resource);
    }

    /** Outside of kubernetes.io and no quota ("requests."). */
    static boolean isExtended(String resource) {
        return !isNative(resource) && !resource.startsWith("requests.");
    }

    static boolean isNative(String resource) {
        return !resource.contains("/") || resource.contains("kubernetes.io/");
    }

    static boolean isHugePages(String resource) {
        return resource.startsWith("hugepages-");
    }

    /** Requests and limits of other resources must be the same. */
    static boolean mayOvercommit(String resource) {
        return isNative(resource) && !isHugePages(resource);
    }
}
