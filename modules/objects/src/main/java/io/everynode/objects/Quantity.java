package io.everynode.objects;

import java.math.BigDecimal;
import java.util.Optional;

/** Resource amounts such as "100m", "200Mi", "1e3" (apimachinery/pkg/api/resource/quantity.go). Immutable. */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {

    /** Empty when the text is no quantity. */
    public static Optional<Quantity> parse(String text) {
        throw new UnsupportedOperationException();
    }

    /** In thousandths, rounded up, as upstream's MilliValue; saturates at Long.MAX_VALUE. */
    public long milliValue() {
        throw new UnsupportedOperationException();
    }

    /** In whole units, rounded up, as upstream's Value; saturates at Long.MAX_VALUE. */
    public long wholeValue() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }
}
