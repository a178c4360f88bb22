package io.everynode.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Places values on a line of so many pixels. Pure.
 *
 * @param logarithmic equal factors are equally far from each other, instead of equal differences
 * @param low the value at the line's begin, above 0 when logarithmic
 * @param high the value at its end, above {@code low}
 * @param ticks values to be named, within both
 */
record Axis(boolean logarithmic, double low, double high, List<Double> ticks) {

    /** Of numbers of nodes; each of them is named. */
    static Axis ofNodes(TreeSet<Integer> nodes) {
        double low = nodes.first();
        double high = nodes.last();
        List<Double> ticks = nodes.stream().map(Integer::doubleValue).toList();
        // A single number stands in the middle.
        return low == high ? new Axis(true, low / 2, high * 2, ticks) : new Axis(true, low, high, ticks);
    }

    /** From 0 to the next round number above the highest. */
    static Axis linear(double highest) {
        double step = step(highest <= 0 ? 1 : highest);
        List<Double> ticks = new ArrayList<>();
        double high = 0;
        for (int i = 0; high < highest || i < 2; i++) {
            high = i * step;
            ticks.add(high);
        }
        return new Axis(false, 0, high, List.copyOf(ticks));
    }

    /** From the power of ten at or below the lowest to the one at or above the highest. */
    static Axis logarithmic(double lowest, double highest) {
        double low = Math.pow(10, Math.floor(Math.log10(lowest)));
        List<Double> ticks = new ArrayList<>();
        double high = low;
        ticks.add(low);
        while (high < highest || ticks.size() < 2) {
            high *= 10;
            ticks.add(high);
        }
        return new Axis(true, low, high, List.copyOf(ticks));
    }

    /** 1, 2 or 5 times a power of ten, of which two to five reach the highest. */
    private static double step(double highest) {
        double power = Math.pow(10, Math.floor(Math.log10(highest)));
        double first = highest / power;
        return first > 5 ? 2 * power : first > 2 ? power : power / 2;
    }

    double place(double value, double pixels) {
        double part = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
        return part * pixels;
    }
}
