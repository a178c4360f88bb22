package io.everynode.core.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Quantity;
import io.everynode.objects.decode.QuantityText;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An exact amount of a resource that remembers how it was written, as upstream's Quantity does: a sum is written as its
 * first part that is not zero.
 *
 * @param binary whether it is written in powers of 1024, such as 1Gi
 */
public record Amount(BigDecimal value, boolean binary) {

    public static final Amount ZERO = new Amount(BigDecimal.ZERO, false);
    public static final Amount ONE = of(1);

    public static Amount of(long count) {
        return new Amount(BigDecimal.valueOf(count), false);
    }

    /** Zero for a text that is no quantity, which type checks refuse before. */
    public static Amount of(JsonNode quantity) {
        String text = quantity.asText();
        return new Amount(
                plain(Quantity.parse(text).orElse(Quantity.ZERO).value()),
                !text.isEmpty() && text.charAt(text.length() - 1) == 'i');
    }

    /** A ResourceList, sorted by name. */
    public static Map<String, Amount> list(JsonNode resourceList) {
        Map<String, Amount> list = new TreeMap<>();
        resourceList.properties().forEach(entry -> list.put(entry.getKey(), of(entry.getValue())));
        return list;
    }

    public Amount plus(Amount other) {
        return new Amount(plain(value.add(other.value)), isZero() ? other.binary : binary);
    }

    public Amount minus(Amount other) {
        return new Amount(plain(value.subtract(other.value)), isZero() ? other.binary : binary);
    }

    public Amount times(int count) {
        return new Amount(plain(value.multiply(BigDecimal.valueOf(count))), binary);
    }

    /** Equal amounts are to be equal records. */
    private static BigDecimal plain(BigDecimal value) {
        return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    public boolean isZero() {
        return value.signum() == 0;
    }

    public boolean above(Amount other) {
        return value.compareTo(other.value) > 0;
    }

    /** The canonical text of the quantity. */
    public String text() {
        return QuantityText.of(value, binary);
    }

    /** "cpu=1,pods=2" of a sorted list. */
    static String text(Map<String, Amount> list) {
        return list.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().text())
                .collect(Collectors.joining(","));
    }
}
