package io.everynode.objects;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resource amounts such as "100m", "200Mi", "1e3" (apimachinery/pkg/api/resource/quantity.go). Immutable.
 *
 * <p>As upstream, an amount is at least one billionth in size unless it is zero, and never more than 2^63-1 in size:
 * {@link #parse} rounds small ones away from zero and cuts large ones.
 */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO);

    /** No sensible amount is longer; a bound keeps hostile texts from costing time. */
    private static final int MAX_TEXT_LENGTH = 512;

    /** Amounts with more integer digits than this are above 2^63 by far. */
    private static final int MAX_INTEGER_DIGITS = 20;

    private static final int NANO_DIGITS = 9;

    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal SMALLEST = BigDecimal.ONE.movePointLeft(NANO_DIGITS);

    private static final Pattern FORM =
            Pattern.compile("([+-]?)([0-9]+\\.?[0-9]*|\\.[0-9]+)(?:([numkMGTPE]?|[KMGTPE]i)|[eE]([+-]?[0-9]+))");

    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("", BigDecimal.ONE),
            Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
            Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
            Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
            Map.entry("k", BigDecimal.ONE.movePointRight(3)),
            Map.entry("M", BigDecimal.ONE.movePointRight(6)),
            Map.entry("G", BigDecimal.ONE.movePointRight(9)),
            Map.entry("T", BigDecimal.ONE.movePointRight(12)),
            Map.entry("P", BigDecimal.ONE.movePointRight(15)),
            Map.entry("E", BigDecimal.ONE.movePointRight(18)),
            Map.entry("Ki", binary(1)),
            Map.entry("Mi", binary(2)),
            Map.entry("Gi", binary(3)),
            Map.entry("Ti", binary(4)),
            Map.entry("Pi", binary(5)),
            Map.entry("Ei", binary(6)));

    private static BigDecimal binary(int power) {
        return new BigDecimal(BigInteger.ONE.shiftLeft(10 * power));
    }

    /** Empty when the text is no quantity. */
    public static Optional<Quantity> parse(String text) {
        if (text == null || text.length() > MAX_TEXT_LENGTH) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        BigDecimal digits = new BigDecimal(form.group(2));
        BigDecimal size;
        if (form.group(4) == null) {
            size = digits.multiply(FACTORS.get(form.group(3)));
        } else {
            BigInteger exponent = new BigInteger(form.group(4));
            // Anything beyond is zero, the smallest or the largest amount whatever its digits are.
            int bounded = exponent.bitLength() > 15 ? exponent.signum() * 2 * MAX_TEXT_LENGTH : exponent.intValue();
            size = digits.scaleByPowerOfTen(bounded);
        }
        BigDecimal rounded = bound(size);
        return Optional.of(new Quantity(form.group(1).equals("-") ? rounded.negate() : rounded));
    }

    private static BigDecimal bound(BigDecimal size) {
        if (size.signum() == 0) {
            return BigDecimal.ZERO;
        }
        int integerDigits = size.precision() - size.scale();
        if (integerDigits > MAX_INTEGER_DIGITS) {
            return LARGEST;
        }
        if (integerDigits < -NANO_DIGITS) {
            return SMALLEST;
        }
        BigDecimal rounded = size.scale() > NANO_DIGITS ? size.setScale(NANO_DIGITS, RoundingMode.UP) : size;
        return rounded.min(LARGEST);
    }

    /** In thousandths, rounded up, as upstream's MilliValue; saturates at Long.MAX_VALUE. */
    public long milliValue() {
        return saturated(value.movePointRight(3));
    }

    /** In whole units, rounded up, as upstream's Value; saturates at Long.MAX_VALUE. */
    public long wholeValue() {
        return saturated(value);
    }

    /** Rounds away from zero, as upstream does. */
    private static long saturated(BigDecimal amount) {
        if (amount.compareTo(LARGEST) >= 0) {
            return Long.MAX_VALUE;
        }
        if (amount.compareTo(LARGEST.negate()) <= 0) {
            return -Long.MAX_VALUE;
        }
        return amount.setScale(0, RoundingMode.UP).longValueExact();
    }

    public boolean isNegative() {
        return value.signum() < 0;
    }

    public boolean isZero() {
        return value.signum() == 0;
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }
}
