package io.everynode.controlplane.catalog;

import java.util.List;
import java.util.function.Predicate;

/**
 * The last changes, in a ring of fixed size. Positions are running numbers of changes; versions are the journal's
 * orderings, of which one may have several changes (of different kinds). Not thread-safe.
 */
final class ChangeLog {

    private final Change[] ring;
    /** Position of the next change; the ring holds those from {@code end - size}. */
    private long end;

    /** Version of the last change that was dropped; from this version on, changes are held completely. */
    private long floor;

    ChangeLog(int capacity, long floor) {
        this.ring = new Change[capacity];
        this.floor = floor;
    }

    void append(List<Change> changes) {
        for (Change change : changes) {
            int slot = (int) (end % ring.length);
            if (ring[slot] != null) {
                floor = ring[slot].version();
            }
            ring[slot] = change;
            end++;
        }
    }

    /** Changes after this version can be had. */
    boolean holdsAfter(long version) {
        return version >= floor;
    }

    long floor() {
        return floor;
    }

    long end() {
        return end;
    }

    /** Position of the first change after the version, which must be held. */
    long positionAfter(long version) {
        long low = begin();
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (at(middle).version() <= version) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    boolean holds(long position) {
        return position >= begin();
    }

    Change at(long position) {
        return ring[(int) (position % ring.length)];
    }

    /** The newest change that satisfies the condition, looking at most at so many; else null. */
    Change newest(Predicate<Change> condition, int atMost) {
        long stop = Math.max(begin(), end - atMost);
        for (long position = end - 1; position >= stop; position--) {
            if (condition.test(at(position))) {
                return at(position);
            }
        }
        return null;
    }

    private long begin() {
        return Math.max(0, end - ring.length);
    }
}
