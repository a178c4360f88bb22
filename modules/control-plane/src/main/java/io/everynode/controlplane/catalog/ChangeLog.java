package io.everynode.controlplane.catalog;

import java.util.List;
import java.util.function.Predicate;

/**
 * The last changes, in a ring of fixed size. Positions are running numbers of changes; versions are the journal's
 * orderings, of which one may have several changes (of different kinds). Not thread-safe.
 */
final class ChangeLog {

    private final Change[] ring;
    /** Position of the oldest change; below 0 when some were put before the first. */
    private long begin;

    /** Position of the next change. */
    private long end;

    /** Version of the last change that was dropped; from this version on, changes are held completely. */
    private long floor;

    ChangeLog(int capacity, long floor) {
        this.ring = new Change[capacity];
        this.floor = floor;
    }

    void append(List<Change> changes) {
        for (Change change : changes) {
            if (room() == 0) {
                floor = at(begin).version();
                begin++;
            }
            ring[slot(end)] = change;
            end++;
        }
    }

    /** How many changes more it holds before the oldest is dropped. */
    int room() {
        return ring.length - (int) (end - begin);
    }

    /**
     * Puts changes before the oldest, the newest of them that there is room for.
     *
     * @param older in order
     * @param after the version after which these are all changes
     * @param upTo the version up to which they are all
     * @return false, with nothing done, when some of those that come next were dropped
     */
    boolean prepend(List<Change> older, long after, long upTo) {
        if (floor != upTo) {
            return false;
        }
        int left = older.size();
        while (left > 0 && room() > 0) {
            begin--;
            left--;
            ring[slot(begin)] = older.get(left);
        }
        floor = left > 0 ? older.get(left - 1).version() : after;
        return true;
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
        long low = begin;
        long high = end;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (at(middle).version() <= version) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    boolean holds(long position) {
        return position >= begin;
    }

    Change at(long position) {
        return ring[slot(position)];
    }

    private int slot(long position) {
        return Math.floorMod(position, ring.length);
    }

    /** The newest change that satisfies the condition, looking at most at so many; else null. */
    Change newest(Predicate<Change> condition, int atMost) {
        long stop = Math.max(begin, end - atMost);
        for (long position = end - 1; position >= stop; position--) {
            if (condition.test(at(position))) {
                return at(position);
            }
        }
        return null;
    }
}
