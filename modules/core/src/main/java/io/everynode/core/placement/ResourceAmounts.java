package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Quantity;
import java.util.Map;
import java.util.TreeMap;

/**
 * A ResourceList while it is computed with: amounts by name, CPU in thousandths and everything else in whole units. It
 * knows, unlike {@link Resources}, whether a resource was named at all. Mutable, for one thread.
 */
final class ResourceAmounts {

    static final String CPU = "cpu";
    static final String MEMORY = "memory";
    static final String EPHEMERAL_STORAGE = "ephemeral-storage";
    static final String PODS = "pods";

    private final Map<String, Long> amounts = new TreeMap<>();

    /** Reads a ResourceList; texts that are no quantities are skipped, as admission refuses them. */
    static ResourceAmounts of(JsonNode resourceList) {
        ResourceAmounts result = new ResourceAmounts();
        for (Map.Entry<String, JsonNode> entry : resourceList.properties()) {
            if (entry.getValue().isValueNode()) {
                Quantity.parse(entry.getValue().asText())
                        .ifPresent(quantity -> result.amounts.put(
                                entry.getKey(),
                                entry.getKey().equals(CPU) ? quantity.milliValue() : quantity.wholeValue()));
            }
        }
        return result;
    }

    ResourceAmounts add(ResourceAmounts other) {
        other.amounts.forEach((name, amount) -> amounts.merge(name, amount, Resources::add));
        return this;
    }

    ResourceAmounts raiseTo(ResourceAmounts other) {
        other.amounts.forEach((name, amount) -> amounts.merge(name, amount, Math::max));
        return this;
    }

    ResourceAmounts addMissing(ResourceAmounts other) {
        other.amounts.forEach(amounts::putIfAbsent);
        return this;
    }

    ResourceAmounts replaceWith(ResourceAmounts other) {
        amounts.putAll(other.amounts);
        return this;
    }

    ResourceAmounts retain(java.util.function.Predicate<String> names) {
        amounts.keySet().removeIf(names.negate());
        return this;
    }

    long pods() {
        return amounts.getOrDefault(PODS, 0L);
    }

    /** Without "pods", which are counted and not requested. */
    Resources toResources() {
        Map<String, Long> extended = new TreeMap<>(amounts);
        extended.keySet()
                .removeIf(name ->
                        name.equals(CPU) || name.equals(MEMORY) || name.equals(EPHEMERAL_STORAGE) || name.equals(PODS));
        return new Resources(
                amounts.getOrDefault(CPU, 0L),
                amounts.getOrDefault(MEMORY, 0L),
                amounts.getOrDefault(EPHEMERAL_STORAGE, 0L),
                extended);
    }
}
