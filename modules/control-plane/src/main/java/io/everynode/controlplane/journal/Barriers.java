package io.everynode.controlplane.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Those who wait for a {@link JournalTail}, and how they wake it. Any thread may {@link #ask}, {@link #hint} and
 * {@link #end}; the rest is the tail's thread's. Futures are completed outside of the lock, as their stages are not
 * ours.
 */
final class Barriers {
    /** A barrier that is being read for: passed by a read that finds the journal's end, or at this ordering. */
    private record Passing(CompletableFuture<Long> barrier, long ordering) {}

    /** Of a barrier whose ordering nobody asked the journal for yet. */
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();

    // All guarded by the lock:
    /** The barrier that the next read serves, shared by all who ask before it begins; or null. */
    private CompletableFuture<Long> next;

    private final List<Passing> passing = new ArrayList<>();
    private boolean hinted;
    private JournalUnavailable ended;

    CompletionStage<Long> ask() {
        lock.lock();
        try {
            if (ended != null) {
                return CompletableFuture.failedStage(ended);
            }
            if (next == null) {
                next = new CompletableFuture<>();
                wake.signal();
            }
            return next.minimalCompletionStage();
        } finally {
            lock.unlock();
        }
    }

    void hint() {
        lock.lock();
        try {
            hinted = true;
            wake.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until somebody asks, there is a hint, the time is over, or the end; who asked until now is served by the
     * read that begins next.
     *
     * @param heedHints whether a hint ends the wait
     * @return false at the end
     */
    boolean awaitWork(long nanos, boolean heedHints) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (ended == null && next == null && !(hinted && heedHints) && left > 0) {
                left = wake.awaitNanos(left);
            }
            hinted = false;
            if (ended == null && next != null) {
                passing.add(new Passing(next, UNKNOWN));
                next = null;
            }
            return ended == null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody waits for whom {@link #bound} was not called yet. */
    boolean anyUnbounded() {
        lock.lock();
        try {
            return passing.stream().anyMatch(waiting -> waiting.ordering() == UNKNOWN);
        } finally {
            lock.unlock();
        }
    }

    /** Lets those without a bound pass at an ordering, which was the journal's last after they asked. */
    void bound(long ordering) {
        lock.lock();
        try {
            passing.replaceAll(
                    waiting -> waiting.ordering() == UNKNOWN ? new Passing(waiting.barrier(), ordering) : waiting);
        } finally {
            lock.unlock();
        }
    }

    /** Everything that was there has been applied: all who are read for pass. */
    void passAll(long applied) {
        take(waiting -> true).forEach(barrier -> barrier.complete(applied));
    }

    /** Those pass whose bound is reached. */
    void passReached(long applied) {
        take(waiting -> applied >= waiting.ordering()).forEach(barrier -> barrier.complete(applied));
    }

    /** The read failed for all whom it should serve; those who asked meanwhile wait for the next. */
    void fail(JournalUnavailable why) {
        take(waiting -> true).forEach(barrier -> barrier.completeExceptionally(why));
    }

    private List<CompletableFuture<Long>> take(Predicate<Passing> which) {
        List<CompletableFuture<Long>> taken = new ArrayList<>();
        lock.lock();
        try {
            passing.removeIf(waiting -> which.test(waiting) && taken.add(waiting.barrier()));
        } finally {
            lock.unlock();
        }
        return taken;
    }

    /** Fails all who wait, also for a read that hangs in the database, and all who ask later. */
    void end(JournalUnavailable why) {
        CompletableFuture<Long> asked;
        lock.lock();
        try {
            ended = why;
            asked = next;
            next = null;
            wake.signal();
        } finally {
            lock.unlock();
        }
        fail(why);
        if (asked != null) {
            asked.completeExceptionally(why);
        }
    }
}
