package io.everynode.loadtest.run;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Brings what watches tell together with who waits for it. Whatever is seen changes under the lock of this object;
 * conditions are looked at after each change, and the time of the change that fulfilled one is kept. Thread-safe.
 */
final class Sight {

    /** How often who waits says how far it is. */
    private static final Duration PROGRESS = Duration.ofSeconds(5);

    private List<BooleanSupplier> conditions = List.of();
    private long[] metAt = new long[0];
    private boolean[] met = new boolean[0];
    private IOException failure;

    /** @param at when it was seen */
    synchronized void tell(Runnable change, long at) {
        change.run();
        look(at);
    }

    /** Nothing more will be seen. The first failure counts. */
    synchronized void fail(IOException why) {
        if (failure == null) {
            failure = why;
        }
        notifyAll();
    }

    /**
     * From now on these conditions are looked for.
     *
     * @param change made first, such as noting the begin
     */
    synchronized void expect(Runnable change, long now, BooleanSupplier... wanted) {
        conditions = List.of(wanted);
        metAt = new long[wanted.length];
        met = new boolean[wanted.length];
        change.run();
        look(now);
    }

    synchronized <T> T read(Supplier<T> reading) {
        return reading.get();
    }

    private void look(long at) {
        boolean news = false;
        for (int i = 0; i < met.length; i++) {
            if (!met[i] && conditions.get(i).getAsBoolean()) {
                met[i] = true;
                metAt[i] = at;
                news = true;
            }
        }
        if (news && allMet()) {
            notifyAll();
        }
    }

    private boolean allMet() {
        for (boolean each : met) {
            if (!each) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits until each condition was met once.
     *
     * @param where how far it is, read under the lock
     * @return for each condition the time of the change that met it
     * @throws IOException when it took too long, or a watch has failed
     */
    synchronized long[] await(Duration timeout, Supplier<String> where, Progress progress)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long nextWord = begin + PROGRESS.toNanos();
        while (!allMet()) {
            if (failure != null) {
                throw failure;
            }
            long now = System.nanoTime();
            if (now - begin > timeout.toNanos()) {
                throw new IOException("not done after " + timeout.toSeconds() + " s: " + where.get());
            }
            if (now >= nextWord) {
                progress.line(where.get() + ", " + TimeUnit.NANOSECONDS.toSeconds(now - begin) + " s");
                nextWord = now + PROGRESS.toNanos();
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(Math.min(nextWord, begin + timeout.toNanos()) - now);
            wait(Math.max(1, millis));
        }
        return Arrays.copyOf(metAt, metAt.length);
    }
}
