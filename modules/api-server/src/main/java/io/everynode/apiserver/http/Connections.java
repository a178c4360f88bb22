package io.everynode.apiserver.http;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The connections of a port: so many of one address, and so many that have not brought a request yet. Of these the
 * oldest is cut when one more comes: whoever has something to say does so at once, and thousands that say nothing keep
 * nobody out. Thread-safe; each step takes the same short time.
 */
public final class Connections {

    private final int perAddress;
    private final int silent;
    private final LongAdder refused = new LongAdder();
    private final LongAdder cut = new LongAdder();

    /** Guarded by this. */
    private final Map<InetAddress, Integer> byAddress = new HashMap<>();

    /** In the order in which they came; guarded by this. */
    private final LinkedHashSet<Place> saidNothing = new LinkedHashSet<>();

    private int open;

    /**
     * @param perAddress more of one address are refused
     * @param silent of more that have brought no request the oldest is cut
     */
    public Connections(int perAddress, int silent) {
        this.perAddress = perAddress;
        this.silent = silent;
    }

    /**
     * What is now, and counts since the start.
     *
     * @param silent of those that are open
     * @param refused because of their address
     * @param cut because they were the oldest that said nothing
     */
    public record Figures(int open, int silent, long refused, long cut) {}

    /** One connection. */
    final class Place {
        private final InetAddress address;
        private final Runnable cutting;
        private volatile boolean spoken;

        private Place(InetAddress address, Runnable cutting) {
            this.address = address;
            this.cutting = cutting;
        }

        /** It has brought a request; further ones make no difference. */
        void spoke() {
            if (!spoken) {
                spoken = true;
                synchronized (Connections.this) {
                    saidNothing.remove(this);
                }
            }
        }

        boolean hasSpoken() {
            return spoken;
        }

        /** It has ended. Once. */
        void left() {
            synchronized (Connections.this) {
                saidNothing.remove(this);
                byAddress.computeIfPresent(address, (any, count) -> count == 1 ? null : count - 1);
                open--;
            }
        }
    }

    /**
     * @param cutting ends the connection; may be called from any thread, also after its end
     * @return empty when the address has too many
     */
    Optional<Place> enter(InetAddress address, Runnable cutting) {
        Place place = new Place(address, cutting);
        List<Place> oldest = List.of();
        synchronized (this) {
            if (byAddress.getOrDefault(address, 0) >= perAddress) {
                refused.increment();
                return Optional.empty();
            }
            byAddress.merge(address, 1, Integer::sum);
            open++;
            saidNothing.add(place);
            if (saidNothing.size() > silent) {
                Place first = saidNothing.iterator().next();
                saidNothing.remove(first);
                oldest = List.of(first);
            }
        }
        for (Place each : oldest) {
            cut.increment();
            each.cutting.run();
        }
        return Optional.of(place);
    }

    public synchronized Figures figures() {
        return new Figures(open, saidNothing.size(), refused.sum(), cut.sum());
    }
}
