package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: "32s", "1m30s", "1.5h". */
final class Durations {

    private static final Pattern PART = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{0,9})?)(ns|us|ms|s|m|h)");
    private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + "){1,6}");
    private static final Map<String, Long> NANOS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);
    private static final Duration LONGEST = Duration.ofDays(365);

    private Durations() {}

    /**
     * Zero for "" and "0"; a year for anything longer.
     *
     * @throws ApiFailure with 400 for what is no duration
     */
    static Duration parse(String text) {
        if (text.isEmpty() || text.equals("0")) {
            return Duration.ZERO;
        }
        if (!WHOLE.matcher(text).matches()) {
            throw new ApiFailure(ApiStatus.badRequest("invalid timeout specified in the request URL"));
        }
        BigDecimal nanos = BigDecimal.ZERO;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOS.get(part.group(2)))));
        }
        BigDecimal bound = nanos.min(BigDecimal.valueOf(LONGEST.toSeconds()).movePointRight(9));
        return toDuration(bound);
    }

    private static Duration toDuration(BigDecimal nanos) {
        long seconds = nanos.movePointLeft(9).longValue();
        return Duration.ofSeconds(
                seconds,
                nanos.subtract(BigDecimal.valueOf(seconds).movePointRight(9)).longValue());
    }
}
