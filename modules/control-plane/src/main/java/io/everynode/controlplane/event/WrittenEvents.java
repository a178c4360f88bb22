package io.everynode.controlplane.event;

import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Events that this JVM has written, by their bytes, until its own tail reads them back a moment later: it need not
 * decode them, and entity and catalog hold the same texts once. A cache of a pure function: what is not found, or has
 * other bytes, is decoded. An event whose persist failed stays until another one takes its place. Thread-safe.
 */
final class WrittenEvents {

    /** More than are under way between an entity and the tail at any time; a power of two. */
    private static final int PLACES = 8192;

    /** A large one is rare, and not worth the memory that it would take if it stayed. */
    private static final int LONGEST = 8 * 1024;

    private record Entry(byte[] bytes, Recorded<? extends Event> event) {}

    private final AtomicReferenceArray<Entry> places = new AtomicReferenceArray<>(PLACES);

    /** @param bytes not to be changed afterwards */
    void put(byte[] bytes, Recorded<? extends Event> event) {
        if (bytes.length <= LONGEST) {
            places.set(place(bytes), new Entry(bytes, event));
        }
    }

    /** The event of these bytes, at most once; null when it is not known. */
    Recorded<? extends Event> take(String manifest, byte[] bytes) {
        int place = place(bytes);
        Entry entry = places.get(place);
        if (entry == null
                || !Arrays.equals(entry.bytes(), bytes)
                || !EventTypes.of(entry.event().event()).manifest().equals(manifest)) {
            return null;
        }
        places.compareAndSet(place, entry, null);
        return entry.event();
    }

    private static int place(byte[] bytes) {
        int hash = Arrays.hashCode(bytes);
        return (hash ^ hash >>> 16) & (PLACES - 1);
    }
}
