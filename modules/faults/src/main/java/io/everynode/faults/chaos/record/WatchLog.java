package io.everynode.faults.chaos.record;

import java.util.ArrayList;
import java.util.List;

/** What one watcher sees, as it sees it. One thread writes; any may read. */
public final class WatchLog {

    private final String watcher;
    private final String resource;
    private final List<Stretch> over = new ArrayList<>();
    private long from;
    private long through;
    private List<Snapshot> listed = List.of();
    private List<Seen> events = new ArrayList<>();
    private boolean begun;

    WatchLog(String watcher, String resource) {
        this.watcher = watcher;
        this.resource = resource;
    }

    /** A list begins a stretch. */
    public synchronized void listed(long version, List<Snapshot> objects) {
        if (begun) {
            over.add(current());
        }
        begun = true;
        from = version;
        through = version;
        listed = List.copyOf(objects);
        events = new ArrayList<>();
    }

    public synchronized void saw(Seen seen) {
        events.add(seen);
        through = Math.max(through, seen.object().version());
    }

    public synchronized void bookmark(long version) {
        through = Math.max(through, version);
    }

    /** From where to resume; 0 before the first list. */
    public synchronized long through() {
        return through;
    }

    public synchronized List<Stretch> stretches() {
        List<Stretch> all = new ArrayList<>(over);
        if (begun) {
            all.add(current());
        }
        return all;
    }

    private Stretch current() {
        return new Stretch(watcher, resource, from, listed, events, through);
    }
}
