package io.everynode.apiserver.audit;

import io.everynode.apiserver.audit.AccessRecord.Key;
import io.everynode.apiserver.audit.AccessRecord.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests by what makes them alike, so many kinds of them as there is room for. When it is full, new kinds are told
 * apart by verb and resource only, and at last not at all: who makes ever new ones pushes nobody else's out. Kinds that
 * were not seen for long make room. Thread-safe.
 */
public final class AccessTable {

    /** Beyond the room for kinds. */
    private static final int COARSE = 200;

    private final int most;
    private final long keepMillis;

    // Guarded by this:
    private final Map<Key, AccessRecord> records = new HashMap<>();
    private boolean changed;

    /** Nothing was to be made room for until then. */
    private long fullUntilMillis;

    public AccessTable(int most, long keepMillis) {
        this.most = most;
        this.keepMillis = keepMillis;
    }

    public synchronized void add(Key key, long millis, Sample sample) {
        changed = true;
        AccessRecord known = records.get(key);
        if (known != null) {
            records.put(key, known.and(millis, sample));
            return;
        }
        Key placed = place(key, millis);
        AccessRecord there = records.get(placed);
        records.put(
                placed,
                there == null ? new AccessRecord(placed, 1, millis, millis, sample) : there.and(millis, sample));
    }

    private Key place(Key key, long millis) {
        if (records.size() >= most && millis >= fullUntilMillis) {
            expire(millis);
            // Looking through all of them is not done for each request of a flood.
            fullUntilMillis = millis + 60_000;
        }
        if (records.size() < most) {
            return key;
        }
        Key coarse = key.coarse();
        return records.containsKey(coarse) || records.size() < most + COARSE ? coarse : key.coarsest();
    }

    private void expire(long millis) {
        records.values().removeIf(record -> record.lastMillis() < millis - keepMillis);
    }

    /** The newest first, without those that are too old. */
    public synchronized List<AccessRecord> records(long nowMillis) {
        expire(nowMillis);
        List<AccessRecord> all = new ArrayList<>(records.values());
        all.sort(Comparator.comparingLong(AccessRecord::lastMillis).reversed());
        return all;
    }

    /** Whether something was added since the last call. */
    synchronized boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** To be said again by {@link #takeChanged}, as it could not be written. */
    synchronized void stillChanged() {
        changed = true;
    }

    /** What an earlier run has kept. */
    synchronized void restore(AccessRecord record) {
        if (records.size() < most + COARSE) {
            records.putIfAbsent(record.key(), record);
        }
    }
}
