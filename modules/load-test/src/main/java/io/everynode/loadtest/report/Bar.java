package io.everynode.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A goal of docs/performance.md and where its figure is found.
 *
 * @param limit in the unit
 */
record Bar(String what, Figure figure, Side side, double limit, String unit) {

    /** What the limit is. */
    enum Side {
        LEAST("at least "),
        MOST("at most "),
        /** There is none; the figure is told beside others. */
        NONE("");

        private final String words;

        Side(String words) {
            this.words = words;
        }
    }

    /** How it stands. */
    enum Verdict {
        MET("met"),
        MISSED("**missed**"),
        NOT_MEASURED("not measured"),
        NO_BAR("");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    Verdict verdict(Map<String, JsonNode> parts) {
        OptionalDouble found = figure.in(parts);
        if (found.isEmpty()) {
            return Verdict.NOT_MEASURED;
        }
        double value = found.getAsDouble();
        return switch (side) {
            case NONE -> Verdict.NO_BAR;
            case LEAST -> value >= limit ? Verdict.MET : Verdict.MISSED;
            case MOST -> value <= limit ? Verdict.MET : Verdict.MISSED;
        };
    }

    /** As the table shows it. */
    String goal() {
        if (side == Side.NONE) {
            return "–";
        }
        String number = limit == Math.rint(limit) ? String.valueOf(Math.round(limit)) : String.valueOf(limit);
        return side.words + number + " " + unit;
    }
}
