package io.everynode.loadtest.watches;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.times.Spread;
import io.everynode.loadtest.times.Spreads;
import io.everynode.objects.Json;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When each change was sent, answered and seen, in microseconds of the wall clock, as the database tells it. Each
 * number is written by one thread at a time. Thread-safe.
 */
final class ChangeTimes {

    private final int first;
    private final AtomicLongArray sent;
    private final AtomicLongArray answered;
    private final AtomicLongArray seen;
    private final AtomicLongArray seenByNode;
    private final AtomicLongArray versions;
    private final AtomicInteger refused = new AtomicInteger();

    /** @param first the number of the first change; those of an earlier measurement stand in the same objects */
    ChangeTimes(int first, int changes) {
        this.first = first;
        this.sent = new AtomicLongArray(changes);
        this.answered = new AtomicLongArray(changes);
        this.seen = new AtomicLongArray(changes);
        this.seenByNode = new AtomicLongArray(changes);
        this.versions = new AtomicLongArray(changes);
    }

    int changes() {
        return sent.length();
    }

    int first() {
        return first;
    }

    void sent(int number, long micros) {
        sent.set(number - first, micros);
    }

    void answered(int number, long micros) {
        answered.set(number - first, micros);
    }

    void refused() {
        refused.incrementAndGet();
    }

    int refusals() {
        return refused.get();
    }

    /** By the watch of all Pods. Later events of the same object still hold the number; the first one counts. */
    void seen(int number, long version, long micros) {
        if (isCounted(number) && seen.compareAndSet(number - first, 0, micros)) {
            versions.set(number - first, version);
        }
    }

    /** By the watch of the Pod's node. */
    void seenByNode(int number, long micros) {
        if (isCounted(number)) {
            seenByNode.compareAndSet(number - first, 0, micros);
        }
    }

    private boolean isCounted(int number) {
        return number >= first && number < first + changes();
    }

    /** How many of them the watch of all Pods, and those of nodes, have told. */
    int[] told() {
        int[] told = new int[2];
        for (int i = 0; i < changes(); i++) {
            told[0] += seen.get(i) > 0 ? 1 : 0;
            told[1] += seenByNode.get(i) > 0 ? 1 : 0;
        }
        return told;
    }

    /** The least version that was seen; 0 without any. */
    long firstVersion() {
        long least = 0;
        for (int i = 0; i < changes(); i++) {
            long version = versions.get(i);
            least = version > 0 && (least == 0 || version < least) ? version : least;
        }
        return least;
    }

    /**
     * The spreads between the points, in milliseconds.
     *
     * @param commits by version, microseconds; empty when the database was not asked
     */
    ObjectNode spreads(Map<Long, Long> commits) {
        Spreads spreads = new Spreads();
        for (int i = 0; i < changes(); i++) {
            between(spreads, "sentToAnswered", sent.get(i), answered.get(i));
            between(spreads, "sentToSeen", sent.get(i), seen.get(i));
            between(spreads, "sentToSeenByNode", sent.get(i), seenByNode.get(i));
            long committed = commits.getOrDefault(versions.get(i), 0L);
            between(spreads, "committedToSeen", committed, seen.get(i));
            between(spreads, "committedToSeenByNode", committed, seenByNode.get(i));
        }
        ObjectNode millis = Json.object();
        spreads.all().forEach((name, spread) -> millis.set(name, json(spread)));
        return millis;
    }

    private static void between(Spreads spreads, String name, long from, long to) {
        if (from > 0 && to > 0) {
            spreads.record(name, (to - from) * 1000);
        }
    }

    private static ObjectNode json(Spread spread) {
        return Json.object()
                .put("count", spread.count())
                .put("p50", spread.p50())
                .put("p99", spread.p99())
                .put("max", spread.max());
    }
}
