package io.everynode.objects;

import java.time.Instant;

/** Times as objects of the API hold them. Thread-safe. */
public final class Timestamps {

    private record Written(long second, String text) {}

    /**
     * Most times that are written are of the same second as the one before, and to format one takes longer than the
     * rest.
     */
    private static volatile Written last = new Written(0, Instant.EPOCH.toString());

    private Timestamps() {}

    /** RFC 3339 in UTC, cut to whole seconds. */
    public static String seconds(Instant time) {
        return ofSecond(time.getEpochSecond());
    }

    /** As {@link #seconds(Instant)}, of milliseconds since 1970. */
    public static String seconds(long epochMillis) {
        return ofSecond(Math.floorDiv(epochMillis, 1000L));
    }

    private static String ofSecond(long second) {
        Written known = last;
        if (known.second != second) {
            known = new Written(second, Instant.ofEpochSecond(second).toString());
            last = known;
        }
        return known.text;
    }
}
