package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * Amounts of resources, requested or allocatable. Immutable; arithmetic saturates instead of overflowing.
 *
 * @param milliCpu thousandths of a core
 * @param memory bytes
 * @param ephemeralStorage bytes
 * @param extended all other resources (huge pages, devices …) in whole units, sorted by name; amounts of zero are kept
 *     out, so that equal amounts are equal records
 */
public record Resources(long milliCpu, long memory, long ephemeralStorage, Map<String, Long> extended) {

    public static final Resources ZERO = new Resources(0, 0, 0, Map.of());

    public Resources {
        extended = extended == null || extended.isEmpty() ? Map.of() : withoutZeros(extended);
    }

    /**
     * What a Pod takes from its node, as the scheduler counts it (component-helpers/resource/helpers.go).
     *
     * @param podSpec the {@code spec} of a Pod or of a Pod template
     */
    public static Resources requestsOf(JsonNode podSpec) {
        return PodRequests.of(podSpec);
    }

    public Resources plus(Resources other) {
        if (other.equals(ZERO)) {
            return this;
        }
        Map<String, Long> sum = extended;
        if (!other.extended.isEmpty()) {
            sum = new TreeMap<>(extended);
            for (Map.Entry<String, Long> entry : other.extended.entrySet()) {
                sum.merge(entry.getKey(), entry.getValue(), Resources::add);
            }
        }
        return new Resources(
                add(milliCpu, other.milliCpu),
                add(memory, other.memory),
                add(ephemeralStorage, other.ephemeralStorage),
                sum);
    }

    /** May fall below zero, as when a node's requests are taken off an allocatable that has shrunk. */
    public Resources minus(Resources other) {
        if (other.equals(ZERO)) {
            return this;
        }
        Map<String, Long> difference = extended;
        if (!other.extended.isEmpty()) {
            difference = new TreeMap<>(extended);
            for (Map.Entry<String, Long> entry : other.extended.entrySet()) {
                difference.put(entry.getKey(), subtract(amount(entry.getKey()), entry.getValue()));
            }
        }
        return new Resources(
                subtract(milliCpu, other.milliCpu),
                subtract(memory, other.memory),
                subtract(ephemeralStorage, other.ephemeralStorage),
                difference);
    }

    /** The amount of an extended resource, 0 when there is none. */
    public long amount(String extendedName) {
        Long amount = extended.get(extendedName);
        return amount == null ? 0 : amount;
    }

    static long add(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    static long subtract(long a, long b) {
        long difference = a - b;
        if (((a ^ b) & (a ^ difference)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return difference;
    }

    private static Map<String, Long> withoutZeros(Map<String, Long> amounts) {
        Map<String, Long> sorted = new TreeMap<>();
        for (Map.Entry<String, Long> entry : amounts.entrySet()) {
            if (entry.getValue() != 0) {
                sorted.put(entry.getKey(), entry.getValue());
            }
        }
        return Trees.copy(sorted);
    }
}
