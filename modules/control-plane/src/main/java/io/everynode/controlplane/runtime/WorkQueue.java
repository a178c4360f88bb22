package io.everynode.controlplane.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keys to work on: each is waiting once at most, and is never worked on twice at a time; what comes up meanwhile is
 * done afterwards. A key whose work was refused comes again after a pause that doubles. For one thread.
 */
final class WorkQueue<K> {

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Set<K> waiting = new LinkedHashSet<>();
    private final Set<K> working = new HashSet<>();
    private final Set<K> again = new HashSet<>();
    private final Map<K, Integer> refusals = new HashMap<>();
    private final Map<K, Instant> dueAt = new HashMap<>();
    private final TreeMap<Instant, Set<K>> due = new TreeMap<>();

    void add(K key) {
        if (working.contains(key)) {
            again.add(key);
        } else {
            waiting.add(key);
        }
    }

    /** The key comes by itself at that time, unless it was asked to come earlier already. */
    void addAt(K key, Instant time) {
        Instant known = dueAt.get(key);
        if (known != null && !known.isAfter(time)) {
            return;
        }
        if (known != null) {
            forget(key, known);
        }
        dueAt.put(key, time);
        due.computeIfAbsent(time, t -> new LinkedHashSet<>()).add(key);
    }

    private void forget(K key, Instant time) {
        Set<K> others = due.get(time);
        others.remove(key);
        if (others.isEmpty()) {
            due.remove(time);
        }
    }

    /** The next key, which is worked on from now on; null when none waits. */
    K start(Instant now) {
        while (!due.isEmpty() && !due.firstKey().isAfter(now)) {
            for (K key : due.pollFirstEntry().getValue()) {
                dueAt.remove(key);
                add(key);
            }
        }
        if (waiting.isEmpty()) {
            return null;
        }
        K key = waiting.iterator().next();
        waiting.remove(key);
        working.add(key);
        return key;
    }

    /** The work on the key has ended. */
    void done(K key, boolean refused, Instant now) {
        working.remove(key);
        if (again.remove(key)) {
            waiting.add(key);
        }
        if (!refused) {
            refusals.remove(key);
            return;
        }
        int times = refusals.merge(key, 1, Integer::sum);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(times - 1, 10));
        addAt(key, now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause));
    }

    /** When the next key comes by itself; null when none does. */
    Instant nextDue() {
        return due.isEmpty() ? null : due.firstKey();
    }
}
