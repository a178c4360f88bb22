package io.everynode.objects.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The canonical text of a quantity, which is what the API stores and shows: "0.5" is "500m", "1024Mi" is "1Gi"
 * (apimachinery/pkg/api/resource/quantity.go, ParseQuantity and CanonicalizeBytes).
 */
public final class QuantityText {

    private static final Pattern FORM = Pattern.compile(
            "([+-]?)([0-9]{1,100}(?:\\.[0-9]{0,100})?|\\.[0-9]{1,100})(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?[0-9]{1,3}))");

    private static final String BINARY = "KMGTPE";
    private static final String[] DECIMAL = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    private static final int SMALLEST_EXPONENT = -9;
    private static final int LARGEST_EXPONENT = 18;
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigInteger KIBI = BigInteger.valueOf(1024);
    private static final BigDecimal KIBI_DECIMAL = new BigDecimal(KIBI);

    private QuantityText() {}

    /** Empty when the text is no quantity. Finer than a billionth is rounded up, more than 2^63-1 is cut to that. */
    static Optional<String> canonical(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        String binary = form.group(3);
        String exponent = form.group(5);
        BigDecimal number = new BigDecimal(form.group(1) + form.group(2));
        if (binary != null) {
            number = number.multiply(new BigDecimal(KIBI.pow(BINARY.indexOf(binary.charAt(0)) + 1)));
        } else if (exponent != null) {
            number = number.scaleByPowerOfTen(Integer.parseInt(exponent));
        } else {
            number = number.scaleByPowerOfTen(exponentOf(form.group(4)));
        }
        if (number.scale() > -SMALLEST_EXPONENT) {
            number = number.setScale(-SMALLEST_EXPONENT, RoundingMode.UP);
        }
        number = number.min(MAX).max(MAX.negate());
        if (number.signum() == 0) {
            return Optional.of("0");
        }
        boolean asBinary = binary != null && number.abs().compareTo(KIBI_DECIMAL) >= 0;
        return Optional.of(asBinary ? binary(number) : decimal(number, exponent != null));
    }

    /**
     * @param number within the bounds of a quantity
     * @param preferBinary whether an amount of 1024 and more is shown in powers of 1024
     */
    public static String of(BigDecimal number, boolean preferBinary) {
        if (number.signum() == 0) {
            return "0";
        }
        BigDecimal bounded =
                number.scale() > -SMALLEST_EXPONENT ? number.setScale(-SMALLEST_EXPONENT, RoundingMode.UP) : number;
        boolean asBinary = preferBinary && bounded.abs().compareTo(KIBI_DECIMAL) >= 0;
        return asBinary ? binary(bounded) : decimal(bounded, false);
    }

    private static String binary(BigDecimal number) {
        BigInteger whole = number.setScale(0, RoundingMode.UP).toBigInteger();
        int thousands = 0;
        while (thousands < BINARY.length() && whole.mod(KIBI).signum() == 0) {
            whole = whole.divide(KIBI);
            thousands++;
        }
        return whole + (thousands == 0 ? "" : BINARY.charAt(thousands - 1) + "i");
    }

    private static String decimal(BigDecimal number, boolean scientific) {
        BigDecimal stripped = number.stripTrailingZeros();
        int exponent = Math.min(LARGEST_EXPONENT, Math.floorDiv(-stripped.scale(), 3) * 3);
        BigInteger mantissa = stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact();
        if (scientific) {
            return mantissa + (exponent == 0 ? "" : "e" + exponent);
        }
        return mantissa + DECIMAL[(exponent - SMALLEST_EXPONENT) / 3];
    }

    private static int exponentOf(String suffix) {
        for (int i = 0; i < DECIMAL.length; i++) {
            if (DECIMAL[i].equals(suffix)) {
                return SMALLEST_EXPONENT + 3 * i;
            }
        }
        throw new IllegalArgumentException(suffix);
    }
}
