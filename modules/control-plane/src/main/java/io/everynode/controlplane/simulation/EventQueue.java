package io.everynode.controlplane.simulation;

import java.time.Instant;
import java.util.PriorityQueue;

/**
 * Virtual time and what happens in it. What is due at the same millisecond happens in the order in which it was asked
 * for.
 */
final class EventQueue {

    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private record Entry(long at, long number, Runnable action) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long millis = START.toEpochMilli();
    private long numbers;

    Instant now() {
        return Instant.ofEpochMilli(millis);
    }

    long millis() {
        return millis;
    }

    /** Milliseconds since the run began. */
    long elapsed() {
        return millis - START.toEpochMilli();
    }

    void in(long delayMillis, Runnable action) {
        entries.add(new Entry(millis + Math.max(0, delayMillis), numbers++, action));
    }

    /** Lets the next thing happen; false when there is none before the given time, which then has come. */
    boolean runNext(long until) {
        if (entries.isEmpty() || entries.peek().at() > until) {
            millis = Math.max(millis, until);
            return false;
        }
        Entry next = entries.poll();
        millis = next.at();
        next.action().run();
        return true;
    }
}
