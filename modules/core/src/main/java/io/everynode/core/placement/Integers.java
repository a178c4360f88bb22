package io.everynode.core.placement;

/** Decimal 64-bit integers as Go's strconv.ParseInt(s, 10, 64) reads them: an optional sign and ASCII digits. */
final class Integers {

    private Integers() {}

    /** Whether {@link #parse} has a meaning for the text. Costs no exception, so it may stand in hot paths. */
    static boolean valid(String text) {
        int start = signLength(text);
        if (start == text.length()) {
            return false;
        }
        boolean negative = text.charAt(0) == '-';
        // Counting downwards covers Long.MIN_VALUE, which has no positive counterpart.
        long value = 0;
        for (int i = start; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                return false;
            }
            value *= 10;
            if (value < Long.MIN_VALUE + digit) {
                return false;
            }
            value -= digit;
        }
        return negative || value != Long.MIN_VALUE;
    }

    /** The number of a {@link #valid} text. */
    static long parse(String text) {
        long value = 0;
        for (int i = signLength(text); i < text.length(); i++) {
            value = value * 10 - (text.charAt(i) - '0');
        }
        return text.charAt(0) == '-' ? value : -value;
    }

    private static int signLength(String text) {
        return !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    }
}
