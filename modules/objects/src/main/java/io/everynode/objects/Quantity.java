package io.everynode.objects;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/** Resource amounts such as "100m", "200Mi", "1e3" (apimachinery/pkg/api/resource/quantity.go). Immutable. */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {

    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("n", new BigDecimal("1e-9")),
            Map.entry("u", new BigDecimal("1e-6")),
            Map.entry("m", new BigDecimal("1e-3")),
            Map.entry("", BigDecimal.ONE),
            Map.entry("k", new BigDecimal("1e3")),
            Map.entry("M", new BigDecimal("1e6")),
            Map.entry("G", new BigDecimal("1e9")),
            Map.entry("T", new BigDecimal("1e12")),
            Map.entry("P", new BigDecimal("1e15")),
            Map.entry("E", new BigDecimal("1e18")),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    /** Empty when the text is no quantity. */
    public static Optional<Quantity> parse(String text) {
        int end = 0;
        while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        String suffix = text.substring(end);
        try {
            BigDecimal factor = FACTORS.get(suffix);
            boolean exponent = factor == null && (suffix.startsWith("e") || suffix.startsWith("E"));
            if (factor == null && !exponent) {
                return Optional.empty();
            }
            return Optional.of(new Quantity(
                    exponent ? new BigDecimal(text) : new BigDecimal(text.substring(0, end)).multiply(factor)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** In thousandths, rounded up, as upstream's MilliValue; saturates at Long.MAX_VALUE. */
    public long milliValue() {
        return saturated(value.movePointRight(3));
    }

    /** In whole units, rounded up, as upstream's Value; saturates at Long.MAX_VALUE. */
    public long wholeValue() {
        return saturated(value);
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    private static long saturated(BigDecimal amount) {
        if (amount.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) >= 0) {
            return Long.MAX_VALUE;
        }
        if (amount.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) <= 0) {
            return Long.MIN_VALUE;
        }
        return amount.setScale(0, RoundingMode.UP).longValueExact();
    }
}
