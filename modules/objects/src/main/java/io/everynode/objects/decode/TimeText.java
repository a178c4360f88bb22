package io.everynode.objects.decode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Times as the API shows them: UTC, in whole seconds or with six decimals (apimachinery meta/v1 time.go,
 * micro_time.go).
 */
final class TimeText {

    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}([.,]\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Go's zero time, which stands for none. */
    private static final long NO_TIME = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();

    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private TimeText() {}

    /** Empty when the text is no time of RFC 3339. */
    static Optional<String> canonical(String text, boolean micros) {
        if (!micros && plainSeconds(text)) {
            return Optional.of(text);
        }
        if (!RFC_3339.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    format(OffsetDateTime.parse(text.replace(',', '.')).toInstant(), micros));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether it is, beyond doubt, a time in the form that {@link #SECONDS} gives: most of a status is such times. The
     * last days of months are left to the calendar.
     */
    private static boolean plainSeconds(String text) {
        return text.length() == 20
                && digits(text, 0, 4)
                && text.charAt(4) == '-'
                && within(text, 5, 1, 12)
                && text.charAt(7) == '-'
                && within(text, 8, 1, 28)
                && text.charAt(10) == 'T'
                && within(text, 11, 0, 23)
                && text.charAt(13) == ':'
                && within(text, 14, 0, 59)
                && text.charAt(16) == ':'
                && within(text, 17, 0, 59)
                && text.charAt(19) == 'Z';
    }

    private static boolean digits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean within(String text, int at, int least, int most) {
        int value = (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
        return digits(text, at, at + 2) && value >= least && value <= most;
    }

    /** The text of a protobuf time; "" for Go's zero time. */
    static String of(long seconds, long nanos, boolean micros) throws MalformedBodyException {
        if (seconds == NO_TIME) {
            return "";
        }
        if (seconds < NO_TIME || seconds > LAST || nanos < 0 || nanos > 999_999_999) {
            throw new MalformedBodyException("proto: time out of range");
        }
        return format(Instant.ofEpochSecond(seconds, nanos), micros);
    }

    private static String format(Instant time, boolean micros) {
        return (micros ? MICROS : SECONDS).format(time);
    }
}
