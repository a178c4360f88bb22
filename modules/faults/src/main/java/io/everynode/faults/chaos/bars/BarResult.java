package io.everynode.faults.chaos.bars;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was measured of one bar.
 *
 * @param seconds of each run
 * @param failures what else had to hold and did not
 */
record BarResult(String fault, String bar, double limit, List<Double> seconds, List<String> failures) {

    BarResult {
        seconds = List.copyOf(seconds);
        failures = List.copyOf(failures);
    }

    double median() {
        double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    boolean isMet() {
        return failures.isEmpty() && median() <= limit;
    }

    String markdown() {
        String all = seconds.stream()
                .sorted()
                .map(each -> String.format(Locale.ROOT, "%.1f", each))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f s (%s) | %s |",
                fault,
                bar,
                median(),
                all,
                isMet() ? "yes" : failures.isEmpty() ? "no" : "no: " + String.join("; ", failures));
    }
}
