package io.everynode.objects.table;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** Ages as kubectl shows them (apimachinery/pkg/util/duration/duration.go): two units at most, coarser with age. */
final class HumanDuration {

    static final String UNKNOWN = "<unknown>";

    private HumanDuration() {}

    /** How long ago the RFC 3339 time was; "&lt;unknown&gt;" for "" or what is no time. */
    static String since(String time, Instant now) {
        Instant instant = instant(time);
        return instant == null ? UNKNOWN : text(Duration.between(instant, now));
    }

    /** Null for "" or what is no time. */
    static Instant instant(String time) {
        if (time.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** Up to two seconds in the future count as now, for clocks that differ a little. */
    static String text(Duration duration) {
        // Towards zero; not by way of milliseconds, which overflow for times that a client made up.
        long seconds = duration.getSeconds() + (duration.isNegative() && duration.getNano() > 0 ? 1 : 0);
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (hours < 24 * 8) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 365 * 2) {
            return days + "d";
        }
        if (days < 365 * 8) {
            return two(days / 365, "y", days % 365, "d");
        }
        return days / 365 + "y";
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : small + smallUnit);
    }
}
