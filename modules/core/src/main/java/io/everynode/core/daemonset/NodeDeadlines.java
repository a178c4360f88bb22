package io.everynode.core.daemonset;

import java.time.Instant;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;

/** When nodes are to be looked at again, by time, then by name. Times are epoch milliseconds; the greatest is never. */
final class NodeDeadlines {

    private record Deadline(long at, String node) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : node.compareTo(other.node);
        }
    }

    private final NavigableSet<Deadline> all = new TreeSet<>();

    void add(String node, long at) {
        if (at != Long.MAX_VALUE) {
            all.add(new Deadline(at, node));
        }
    }

    void remove(String node, long at) {
        if (at != Long.MAX_VALUE) {
            all.remove(new Deadline(at, node));
        }
    }

    void clear() {
        all.clear();
    }

    OptionalLong earliest() {
        return all.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(all.first().at());
    }

    /** The first node whose time has come, which stays until it is removed; null when there is none. */
    String due(Instant now) {
        return !all.isEmpty() && all.first().at() <= now.toEpochMilli()
                ? all.first().node()
                : null;
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
