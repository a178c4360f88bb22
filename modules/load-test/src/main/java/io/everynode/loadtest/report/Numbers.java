package io.everynode.loadtest.report;

import java.util.Locale;

/** Figures as they are shown. */
final class Numbers {

    private Numbers() {}

    /** To three places behind the point. */
    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /** With three significant digits, as far as the places before the point allow; "–" for what was not measured. */
    static String shown(Double value) {
        if (value == null) {
            return "–";
        }
        double size = Math.abs(value);
        int places = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + places + "f", value);
    }
}
