package io.everynode.loadtest.times;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What calls of the API took, phase by phase: a call belongs to the phase in which it was sent, however late its answer
 * comes. Thread-safe.
 */
public final class CallBook implements CallTimes {

    private final LongSupplier clock;
    private Page page = new Page();

    /** @param clock gives nanoseconds */
    public CallBook(LongSupplier clock) {
        this.clock = clock;
    }

    /** @param refused how many of them were not done: refused, or without an answer */
    public record Figures(Spread spread, long refused) {}

    /** The calls of one phase; guarded by the book. */
    private static final class Page {
        private final Spreads spreads = new Spreads();
        private final Map<String, Long> refused = new TreeMap<>();
        private int underWay;
    }

    @Override
    public synchronized Call begins(String name) {
        Page mine = page;
        mine.underWay++;
        long begin = clock.getAsLong();
        return refused -> ended(mine, name, clock.getAsLong() - begin, refused);
    }

    private synchronized void ended(Page mine, String name, long nanos, boolean refused) {
        mine.spreads.record(name, nanos);
        mine.refused.merge(name, refused ? 1L : 0L, Long::sum);
        mine.underWay--;
        if (mine.underWay == 0) {
            notifyAll();
        }
    }

    /** Begins a new phase. What the last one has sent is no longer of interest. */
    public synchronized void begin() {
        page = new Page();
    }

    /**
     * Ends a phase and gives its calls, when all were answered; those that are not in time are left out. A watch mostly
     * tells of a write before its own answer comes.
     */
    public synchronized Map<String, Figures> end(Duration patience) throws InterruptedException {
        Page mine = page;
        page = new Page();
        long deadline = System.nanoTime() + patience.toNanos();
        for (long left = patience.toMillis(); mine.underWay > 0 && left > 0; ) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        Map<String, Figures> calls = new TreeMap<>();
        mine.spreads.all().forEach((name, spread) -> calls.put(name, new Figures(spread, mine.refused.get(name))));
        return calls;
    }
}
