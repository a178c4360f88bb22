package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Quantity;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Requests and limits of containers (core validation ValidateContainerResourceRequirements). */
final class ResourceValidation {

    private static final Set<String> CONTAINER = Set.of("cpu", "memory", "ephemeral-storage");

    /** Resources known without a domain, though not all of them make sense for a container. */
    private static final Set<String> STANDARD = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "storage",
            "pods",
            "services",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "requests.storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private ResourceValidation() {}

    static void container(JsonNode resources, Set<String> podClaims, String field, Causes causes) {
        String limitsField = field + ".limits";
        String requestsField = field + ".requests";
        JsonNode limits = resources.path("limits");
        boolean hugePages = false;
        boolean compute = false;
        for (Map.Entry<String, JsonNode> limit : Trees.entries(resources, "limits")) {
            amount(limit.getKey(), limit.getValue(), Trees.key(limitsField, limit.getKey()), causes);
            hugePages |= Amounts.isHugePages(limit.getKey());
            compute |= isCompute(limit.getKey());
        }
        for (Map.Entry<String, JsonNode> request : Trees.entries(resources, "requests")) {
            String name = request.getKey();
            namedAmount(name, request.getValue(), Trees.key(requestsField, name), causes);
            against(name, request.getValue(), limits.get(name), limitsField, requestsField, causes);
            pages(name, request.getValue(), Trees.key(requestsField, name), causes);
            hugePages |= Amounts.isHugePages(name);
            compute |= isCompute(name);
        }
        if (hugePages && !compute) {
            causes.forbidden(field, "HugePages require cpu or memory");
        }
        claims(resources, podClaims, field + ".claims", causes);
    }

    /** One named amount, by all its own rules. */
    static void amount(String name, JsonNode amount, String field, Causes causes) {
        namedAmount(name, amount, field, causes);
        pages(name, amount, field, causes);
    }

    private static void namedAmount(String name, JsonNode amount, String field, Causes causes) {
        name(name, field, causes);
        Amounts.validate(name, amount, field, causes);
    }

    private static void against(
            String name, JsonNode request, JsonNode limit, String limits, String requests, Causes causes) {
        if (limit == null) {
            if (!Amounts.mayOvercommit(name)) {
                causes.required(limits, "Limit must be set for non overcommitable resources");
            }
            return;
        }
        int order = Amounts.of(request).compareTo(Amounts.of(limit));
        if (order != 0 && !Amounts.mayOvercommit(name)) {
            causes.invalid(requests, request.asText(), "must be equal to " + name + " limit of " + limit.asText());
        } else if (order > 0) {
            causes.invalid(
                    requests,
                    request.asText(),
                    "must be less than or equal to " + name + " limit of " + limit.asText());
        }
    }

    /** What a container may ask for. */
    static void name(String name, String field, Causes causes) {
        Causes own = new Causes();
        own.invalid(field, name, Formats.qualifiedName(name));
        boolean hugePages = Amounts.isHugePages(name);
        if (!name.contains("/")) {
            if (own.isEmpty() && !STANDARD.contains(name) && !hugePages) {
                own.invalid(field, name, "must be a standard resource type or fully qualified");
            }
            if (!CONTAINER.contains(name) && !hugePages) {
                own.invalid(field, name, "must be a standard resource for containers");
            }
        } else if (!Amounts.isNative(name)
                && (!Amounts.isExtended(name)
                        || !Formats.qualifiedName("requests." + name).isEmpty())) {
            own.invalid(field, name, "doesn't follow extended resource name standard");
        }
        causes.addAll(own);
    }

    private static void pages(String name, JsonNode amount, String field, Causes causes) {
        if (!Amounts.isHugePages(name)) {
            return;
        }
        Optional<Quantity> size = Quantity.parse(name.substring("hugepages-".length()));
        Quantity total = Amounts.of(amount);
        boolean divisible = size.isPresent()
                && size.get().compareTo(Quantity.ZERO) > 0
                && total.value().remainder(size.get().value()).signum() == 0;
        if (!divisible) {
            causes.invalid(field, amount.asText(), amount.asText() + " is not positive integer multiple of " + name);
        }
    }

    private static boolean isCompute(String name) {
        return name.equals("cpu") || name.equals("memory");
    }

    private static void claims(JsonNode resources, Set<String> podClaims, String field, Causes causes) {
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode claim : Trees.objects(resources, "claims")) {
            String at = Trees.at(field, i++);
            String name = Trees.text(claim, "name");
            if (name.isEmpty()) {
                causes.required(at);
                continue;
            }
            if (!seen.add(name)) {
                causes.duplicate(at, name);
            }
            if (!podClaims.contains(name)) {
                causes.notFound(at, name);
            }
        }
    }
}
