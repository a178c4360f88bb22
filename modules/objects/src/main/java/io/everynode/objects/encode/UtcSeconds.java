package io.everynode.objects.encode;

/**
 * Reads times as the API shows most of them, such as 2026-11-22T04:35:14Z. An object has a dozen of them, and the
 * general parser takes longer than all its other fields together.
 */
final class UtcSeconds {

    /** The text has another form; the general parser decides. */
    static final long OTHER = Long.MIN_VALUE;

    private static final String FORM = "0000-00-00T00:00:00Z";
    private static final int SECONDS_OF_DAY = 86_400;

    private UtcSeconds() {}

    /** Seconds since 1970, or {@link #OTHER}. Days and hours that do not exist are the general parser's business. */
    static long of(String text) {
        if (text.length() != FORM.length()) {
            return OTHER;
        }
        for (int i = 0; i < FORM.length(); i++) {
            char wanted = FORM.charAt(i);
            char c = text.charAt(i);
            if (wanted == '0' ? c < '0' || c > '9' : c != wanted) {
                return OTHER;
            }
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (month < 1 || month > 12 || day < 1 || day > 28 && day > days(year, month)) {
            return OTHER;
        }
        if (hour > 23 || minute > 59 || second > 59) {
            return OTHER;
        }
        return epochDay(year, month, day) * SECONDS_OF_DAY + hour * 3600L + minute * 60L + second;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }

    private static int days(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Counted with the year beginning in March, so that the leap day is its last. */
    private static long epochDay(int year, int month, int day) {
        long shifted = month > 2 ? year : year - 1L;
        long era = Math.floorDiv(shifted, 400L);
        long yearOfEra = shifted - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }
}
