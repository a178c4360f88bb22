package io.everynode.loadtest.times;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Times by name, collected while they are measured. Thread-safe. */
public final class Spreads {

    /** Three digits: 0.1 % of each value. */
    private static final int DIGITS = 3;

    private static final double MICROS_IN_MILLI = 1000;

    private final Map<String, Histogram> histograms = new TreeMap<>();

    /** Kept in microseconds. Below nothing, as two threads read the clock in no order, counts as nothing. */
    public synchronized void record(String name, long nanos) {
        histograms
                .computeIfAbsent(name, any -> new Histogram(DIGITS))
                .recordValue(Math.max(0, Math.round(nanos / 1000.0)));
    }

    public synchronized Map<String, Spread> all() {
        Map<String, Spread> all = new TreeMap<>();
        histograms.forEach((name, times) -> all.put(name, spread(times)));
        return all;
    }

    private static Spread spread(Histogram times) {
        return new Spread(
                times.getTotalCount(),
                times.getValueAtPercentile(50) / MICROS_IN_MILLI,
                times.getValueAtPercentile(99) / MICROS_IN_MILLI,
                times.getMaxValue() / MICROS_IN_MILLI);
    }
}
