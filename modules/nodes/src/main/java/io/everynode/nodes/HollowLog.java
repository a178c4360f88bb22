package io.everynode.nodes;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What one run of a container on a hollow node has written. Nothing of it is stored: each line's time and text follow
 * from the run and the line's number, so that everybody who asks reads the same. Some lines at the start, then one
 * every two seconds or so, and a last one when the run ends. Immutable and pure.
 *
 * @param run what was run, and when
 * @param container its name
 * @param image that it was made from
 */
record HollowLog(HollowRun run, String container, String image) {

    /** Older lines are gone, as a kubelet's are once it has rotated the log. */
    static final int KEPT_LINES = 10_000;

    private static final int FIRST_LINES = 5;
    private static final Duration FIRST_STEP = Duration.ofMillis(100);
    private static final Duration STEP = Duration.ofSeconds(2);

    /** By how much a line may come after its step; less than a step, so that lines stay in order. */
    private static final Duration SCATTER = Duration.ofSeconds(1);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    /** How many lines, rotated ones included, were written by then. Line numbers are below it. */
    long linesBy(Instant now) {
        if (now.isBefore(run.started())) {
            return 0;
        }
        if (run.ended() != null && !now.isBefore(run.ended())) {
            return whileRunning(run.ended()) + 1;
        }
        return whileRunning(now);
    }

    private long whileRunning(Instant now) {
        long steps = Duration.between(run.started(), now).dividedBy(STEP);
        long lines = steps + FIRST_LINES;
        while (lines > 0 && regular(lines - 1).isAfter(now)) {
            lines--;
        }
        return lines;
    }

    private boolean isLast(long line) {
        return run.ended() != null && line >= whileRunning(run.ended());
    }

    /** When a line was, or will be, written; later for a later line. */
    Instant timeOf(long line) {
        return isLast(line) ? run.ended() : regular(line);
    }

    private Instant regular(long line) {
        if (line < FIRST_LINES) {
            return run.started().plus(FIRST_STEP.multipliedBy(line));
        }
        long scatter = Math.floorMod(chance(line, 0), SCATTER.toNanos());
        return run.started().plus(STEP.multipliedBy(line - FIRST_LINES + 1)).plusNanos(scatter);
    }

    /** The number of the first line written at or after a time; that of the next one if there is none yet. */
    long firstSince(Instant since, Instant now) {
        long low = 0;
        long high = linesBy(now);
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (timeOf(middle).isBefore(since)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The line with its line feed. */
    String text(long line, boolean timestamps) {
        return (timestamps ? TIME.format(timeOf(line)) + " " : "") + message(line) + "\n";
    }

    private String message(long line) {
        if (isLast(line)) {
            return run.exitCode() == 0 ? "level=info msg=\"done\"" : "level=fatal msg=\"hollow crash\" code=1";
        }
        return switch ((int) Math.min(line, FIRST_LINES)) {
            case 0 -> "level=info msg=\"starting\" container=" + container + " image=" + image;
            case 1 -> "level=info msg=\"configuration read\" settings=" + (8 + Math.floorMod(chance(line, 1), 40));
            case 2 -> "level=info msg=\"state restored\" took=" + (1 + Math.floorMod(chance(line, 1), 90)) + "ms";
            case 3 -> "level=info msg=\"connected\"";
            case 4 -> "level=info msg=\"ready\"";
            default -> {
                long items = Math.floorMod(chance(line, 1), 500);
                yield (items < 5 ? "level=warn msg=\"slow round\"" : "level=info msg=\"round done\"")
                        + " round=" + (line - FIRST_LINES + 1) + " items=" + items + " took="
                        + (1 + Math.floorMod(chance(line, 2), 900)) + "ms";
            }
        };
    }

    /** A number that follows from run, line and purpose (the finalizer of SplitMix64). */
    private long chance(long line, int purpose) {
        long mixed = run.id().hashCode() * 0x9E3779B97F4A7C15L + line * 31 + purpose;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
