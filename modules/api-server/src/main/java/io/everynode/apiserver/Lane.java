package io.everynode.apiserver;

import io.everynode.core.fairness.FairSeats;
import io.everynode.core.fairness.FairSeats.Arrival;
import io.everynode.core.fairness.FairSeats.Limits;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@link FairSeats} for threads: one kind of work of one level, with the time that a request may wait. Its lock is held
 * for a few steps only, and by no request of another lane. Thread-safe.
 */
final class Lane {

    /** Why a request may not wait, or waits no longer. */
    enum Refusal {
        FULL,
        USER_FULL,
        WAITED
    }

    /** A request gets no seat. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Refusal why;

        Refused(Refusal why) {
            super(why.toString(), null, false, false);
            this.why = why;
        }

        Refusal why() {
            return why;
        }
    }

    /** A request that waits. */
    private static final class Turn extends CompletableFuture<Void> {
        private final String user;

        Turn(String user) {
            this.user = user;
        }
    }

    /**
     * What is now, and counts since the start.
     *
     * @param seatedAtOnce without a wait
     * @param seatedLater after one
     * @param waitNanos of all that waited, in all
     */
    record Figures(
            int seated, int waiting, long seatedAtOnce, long seatedLater, long waitNanos, Map<Refusal, Long> refused) {}

    private final Duration wait;
    private final LongAdder seatedAtOnce = new LongAdder();
    private final LongAdder seatedLater = new LongAdder();
    private final LongAdder waitNanos = new LongAdder();
    private final Map<Refusal, LongAdder> refused = Arrays.stream(Refusal.values())
            .collect(Collectors.toMap(
                    Function.identity(), why -> new LongAdder(), (a, b) -> a, () -> new EnumMap<>(Refusal.class)));

    /** Guarded by itself. */
    private final FairSeats<Turn> seats;

    Lane(Limits limits, Duration wait) {
        this.seats = new FairSeats<>(limits);
        this.wait = wait;
    }

    /**
     * @return completed when the request is seated; else it is completed by another request's thread when it is, or
     *     fails with {@link Refused} when it has waited too long
     * @throws Refused when it may not wait
     */
    CompletableFuture<Void> enter(String user) {
        Turn turn = new Turn(user);
        Arrival arrival;
        synchronized (seats) {
            arrival = seats.arrive(user, turn);
        }
        switch (arrival) {
            case SEATED -> {
                seatedAtOnce.increment();
                turn.complete(null);
                return turn;
            }
            case FULL -> throw refused(Refusal.FULL);
            case USER_FULL -> throw refused(Refusal.USER_FULL);
            default -> {
                return patient(turn);
            }
        }
    }

    private CompletableFuture<Void> patient(Turn turn) {
        long since = System.nanoTime();
        turn.orTimeout(wait.toMillis(), TimeUnit.MILLISECONDS);
        return turn.handle((seated, failure) -> {
            waitNanos.add(System.nanoTime() - since);
            if (failure instanceof TimeoutException) {
                synchronized (seats) {
                    // It may be seated at this moment: who does that finds that it is over.
                    seats.withdraw(turn.user, turn);
                }
                throw refused(Refusal.WAITED);
            }
            seatedLater.increment();
            return null;
        });
    }

    private Refused refused(Refusal why) {
        refused.get(why).increment();
        return new Refused(why);
    }

    /** A request of the user has been worked on. */
    void leave(String user) {
        List<Turn> next;
        synchronized (seats) {
            next = seats.leave(user);
        }
        for (Turn turn : next) {
            if (!turn.complete(null)) {
                leave(turn.user);
            }
        }
    }

    Figures figures() {
        Map<Refusal, Long> sums = new EnumMap<>(Refusal.class);
        refused.forEach((why, count) -> sums.put(why, count.sum()));
        synchronized (seats) {
            return new Figures(
                    seats.seated(), seats.waiting(), seatedAtOnce.sum(), seatedLater.sum(), waitNanos.sum(), sums);
        }
    }
}
