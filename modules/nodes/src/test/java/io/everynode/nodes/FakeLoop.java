package io.everynode.nodes;

import io.everynode.nodes.api.HollowLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A loop whose time passes only when a test says so; everything runs in the test's thread. */
final class FakeLoop implements HollowLoop {

    private record Timer(Instant at, long number, Runnable task) {}

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::at).thenComparing(Timer::number));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long number;

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void after(Duration delay, Runnable task) {
        timers.add(new Timer(now.plus(delay), number++, task));
    }

    @Override
    public void close() {
        tasks.clear();
        timers.clear();
    }

    /** Runs what is due now. */
    void settle() {
        pass(Duration.ZERO);
    }

    /** Lets time pass, step by step from timer to timer. */
    void pass(Duration duration) {
        Instant end = now.plus(duration);
        while (true) {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
            Timer next = timers.peek();
            if (next == null || next.at().isAfter(end)) {
                break;
            }
            timers.remove();
            now = next.at().isAfter(now) ? next.at() : now;
            next.task().run();
        }
        now = end;
    }
}
