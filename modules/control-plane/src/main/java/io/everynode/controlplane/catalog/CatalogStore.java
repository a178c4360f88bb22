package io.everynode.controlplane.catalog;

import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The catalog of one JVM: its newest version, versions held for paging, the last changes, and the watches that wait for
 * more. Thread-safe. Versions are published by one thread, the journal's tail.
 *
 * <p>A waiting watch is parked under the narrowest key of its selection (node, name, namespace or kind) and is looked
 * at only when a change has that key, before or after; thousands of per-node watches cost nothing otherwise.
 */
public final class CatalogStore {

    /** How many changes a watch may be behind: with some 500 bytes each, 32 MB. */
    public static final int DEFAULT_CHANGES_HELD = 65_536;

    /** Versions held for the further pages of lists; each holds only what changed since. */
    static final int MAX_HELD_VERSIONS = 256;

    /** The most changes that one call of {@link WatchCursor#next} returns. */
    static final int MAX_CHANGES_AT_ONCE = 500;

    private record Key(Kind kind, String axis, String value) {

        /** 1 when it is narrower than its kind, else 0. */
        int narrow() {
            return value.isEmpty() ? 0 : 1;
        }
    }

    private final Executor executor;
    private volatile CatalogVersion current;

    // Guarded by this:
    private final ChangeLog log;
    private final Map<Key, Set<Cursor>> parked = new HashMap<>();
    /** Keys of {@code parked} that are narrower than a kind. */
    private int byNarrowKey;

    private final LinkedHashMap<Long, Catalog> held = new LinkedHashMap<>();
    private final Map<Kind, Long> kindFloor = new HashMap<>();
    private final PastWaits<Cursor> pastWaits = new PastWaits<>();

    /** @param executor completes the futures of watches, so that the publisher never runs their code */
    public CatalogStore(CatalogVersion first, int changesHeld, Executor executor) {
        this.current = first;
        this.log = new ChangeLog(changesHeld, first.resourceVersion());
        this.executor = executor;
    }

    public CatalogVersion current() {
        return current;
    }

    /**
     * Makes a version the newest.
     *
     * @param eventsFrom the version before which watches of Events cannot begin or go on, as some were dropped there; 0
     *     for none
     */
    public void publish(CatalogVersion version, List<Change> changes, long eventsFrom) {
        List<Cursor> woken;
        synchronized (this) {
            current = version;
            long first = log.end();
            log.append(changes);
            if (eventsFrom > 0) {
                kindFloor.put(Kinds.EVENT, eventsFrom);
            }
            woken = wake(changes, first, eventsFrom > 0);
        }
        for (Cursor cursor : woken) {
            executor.execute(cursor::deliver);
        }
    }

    private List<Cursor> wake(List<Change> changes, long first, boolean eventsExpired) {
        if (parked.isEmpty()) {
            return List.of();
        }
        List<Cursor> woken = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Kind kind = change.object().kind();
            unpark(new Key(kind, "", ""), first + i, woken);
            if (byNarrowKey == 0) {
                continue;
            }
            unpark(new Key(kind, "namespace", change.object().namespace()), first + i, woken);
            unpark(new Key(kind, "name", change.object().name()), first + i, woken);
            if (kind.equals(Kinds.POD)) {
                String now = CatalogVersion.nodeOf(change.object());
                String before = CatalogVersion.nodeOf(change.previous());
                unpark(new Key(kind, "node", now), first + i, woken);
                if (!before.equals(now)) {
                    unpark(new Key(kind, "node", before), first + i, woken);
                }
            }
        }
        if (eventsExpired) {
            for (Key key : List.copyOf(parked.keySet())) {
                if (key.kind().equals(Kinds.EVENT)) {
                    unpark(key, log.end(), woken);
                }
            }
        }
        return woken;
    }

    private void unpark(Key key, long position, List<Cursor> woken) {
        Set<Cursor> waiting = parked.remove(key);
        if (waiting != null) {
            byNarrowKey -= key.narrow();
            for (Cursor cursor : waiting) {
                // Nothing before this change has the cursor's key.
                cursor.position = Math.max(cursor.position, position);
                cursor.isParked = false;
                woken.add(cursor);
            }
        }
    }

    /** Keeps a version for {@link #held}; the oldest of too many go. */
    public synchronized void hold(Catalog version) {
        held.put(version.resourceVersion(), version);
        if (held.size() > MAX_HELD_VERSIONS) {
            held.remove(held.keySet().iterator().next());
        }
    }

    public synchronized Optional<Catalog> held(long resourceVersion) {
        Catalog newest = current;
        return newest.resourceVersion() == resourceVersion
                ? Optional.of(newest)
                : Optional.ofNullable(held.get(resourceVersion));
    }

    /** A version that nobody held, if every change since is; made anew each time. */
    public Optional<Catalog> past(long resourceVersion) {
        CatalogVersion newest;
        List<Change> since = new ArrayList<>();
        synchronized (this) {
            newest = current;
            long floor =
                    kindFloor.values().stream().mapToLong(Long::longValue).max().orElse(0);
            if (resourceVersion > newest.resourceVersion()
                    || resourceVersion < floor
                    || !log.holdsAfter(resourceVersion)) {
                return Optional.empty();
            }
            long first = log.positionAfter(resourceVersion);
            for (long position = log.end() - 1; position >= first; position--) {
                since.add(log.at(position));
            }
        }
        return Optional.of(new PastCatalog(newest, resourceVersion, since));
    }

    /**
     * Empty when the version is older than what is held. A version ahead of this JVM waits until it is passed; one of
     * the past that {@link #pastComes comes} waits for it, and expires if it does not come so far.
     */
    public synchronized Optional<WatchCursor> watch(WatchSelection selection, long afterVersion) {
        if (afterVersion < kindFloor.getOrDefault(selection.kind(), 0L)) {
            return Optional.empty();
        }
        if (log.holdsAfter(afterVersion)) {
            return Optional.of(new Cursor(selection, afterVersion, log.positionAfter(afterVersion)));
        }
        return pastWaits.open() ? Optional.of(new Cursor(selection, afterVersion)) : Optional.empty();
    }

    /** Changes from before the first version will be put before the others: whoever needs them waits from now on. */
    public synchronized void pastComes() {
        pastWaits.begin();
    }

    /** How many changes of the past there is room for. */
    public synchronized int pastRoom() {
        return log.room();
    }

    /** Whether somebody waits for more of the past. */
    public synchronized boolean pastAwaited() {
        return pastWaits.any();
    }

    /**
     * Puts changes before all others.
     *
     * @param older in order; the newest that there is room for are taken
     * @param after the version after which these are all changes
     * @param upTo the version up to which they are all
     * @param eventsFrom the version before which watches of Events cannot begin, as some were dropped there; 0 for none
     * @return false, with nothing done, when there is no use in going on: newer ones have been dropped meanwhile
     */
    public boolean past(List<Change> older, long after, long upTo, long eventsFrom) {
        boolean taken;
        synchronized (this) {
            taken = log.prepend(older, after, upTo);
            if (taken && eventsFrom > 0) {
                kindFloor.merge(Kinds.EVENT, eventsFrom, Math::max);
            }
            tell(pastWaits.reached(log.floor()));
        }
        return taken;
    }

    /** No more of the past comes. */
    public synchronized void pastEnds() {
        tell(pastWaits.end());
    }

    private void tell(PastWaits.Woken<Cursor> woken) {
        woken.cursors().forEach(cursor -> executor.execute(cursor::deliver));
        woken.readers().forEach(reader -> executor.execute(() -> reader.complete(null)));
    }

    /** Completes when the changes after a version are held, or will not be; at once when no more of the past comes. */
    public synchronized CompletionStage<Void> pastAfter(long version) {
        return log.holdsAfter(version) || !pastWaits.open()
                ? CompletableFuture.completedFuture(null)
                : pastWaits.reader(version);
    }

    /**
     * The newest change of an object that its entity's event of this sequence number or an earlier one made; null when
     * it is no longer held.
     */
    public synchronized Change changeAsOf(
            Kind kind, String namespace, String name, String persistenceId, long sequenceNumber) {
        return log.newest(
                c -> c.object().name().equals(name)
                        && c.object().kind().equals(kind)
                        && c.object().namespace().equals(namespace)
                        && c.object().persistenceId().equals(persistenceId)
                        && c.object().sequenceNumber() <= sequenceNumber,
                DEFAULT_CHANGES_HELD);
    }

    /** What an event made of an object of this kind, while that is held. */
    public synchronized Optional<Change> changeAt(long version, Kind kind) {
        if (!log.holdsAfter(version - 1)) {
            return Optional.empty();
        }
        for (long position = log.positionAfter(version - 1); position < log.end(); position++) {
            Change change = log.at(position);
            if (change.version() > version) {
                break;
            }
            if (change.object().kind().equals(kind)) {
                return Optional.of(change);
            }
        }
        return Optional.empty();
    }

    private static Key keyOf(WatchSelection selection) {
        if (!selection.node().isEmpty()) {
            return new Key(selection.kind(), "node", selection.node());
        }
        if (!selection.name().isEmpty()) {
            return new Key(selection.kind(), "name", selection.name());
        }
        return selection.namespace().isEmpty()
                ? new Key(selection.kind(), "", "")
                : new Key(selection.kind(), "namespace", selection.namespace());
    }

    private final class Cursor implements WatchCursor {
        private final WatchSelection selection;
        private final Key key;
        private final long afterVersion;

        // Guarded by the store:
        private long position;
        private long returnedVersion;
        private boolean isParked;
        private boolean closed;
        private CompletableFuture<List<Change>> waiting;

        /** Of the past that is still to come. */
        private boolean waitsForPast;

        Cursor(WatchSelection selection, long afterVersion) {
            this(selection, afterVersion, 0);
            this.waitsForPast = true;
        }

        Cursor(WatchSelection selection, long afterVersion, long position) {
            this.selection = selection;
            this.key = keyOf(selection);
            this.afterVersion = afterVersion;
            this.returnedVersion = afterVersion;
            this.position = position;
        }

        @Override
        public CompletionStage<List<Change>> next() {
            synchronized (CatalogStore.this) {
                if (waiting != null) {
                    throw new IllegalStateException("a cursor has one caller at a time");
                }
                if (expired()) {
                    return CompletableFuture.failedFuture(expiry());
                }
                if (!closed && mustWait()) {
                    pastWaits.add(this, afterVersion);
                    waiting = new CompletableFuture<>();
                    return waiting;
                }
                List<Change> found = closed ? List.of() : collect();
                if (closed || !found.isEmpty()) {
                    handedOver(found);
                    return CompletableFuture.completedFuture(found);
                }
                park();
                waiting = new CompletableFuture<>();
                return waiting;
            }
        }

        /** Called on the executor after the cursor was woken. */
        private void deliver() {
            CompletableFuture<List<Change>> future;
            Expired expiry = null;
            List<Change> found = List.of();
            synchronized (CatalogStore.this) {
                if (waiting == null) {
                    return;
                }
                if (expired()) {
                    expiry = expiry();
                } else if (mustWait()) {
                    pastWaits.add(this, afterVersion);
                    return;
                } else {
                    found = collect();
                    if (found.isEmpty()) {
                        park();
                        return;
                    }
                }
                future = waiting;
                waiting = null;
            }
            if (expiry != null) {
                future.completeExceptionally(expiry);
            } else {
                future.complete(found);
                synchronized (CatalogStore.this) {
                    handedOver(found);
                }
            }
        }

        /** The position moves only once the changes before it are with the caller, as bookmarks rely on it. */
        private void handedOver(List<Change> changes) {
            if (!changes.isEmpty()) {
                returnedVersion = Math.max(
                        returnedVersion, changes.get(changes.size() - 1).version());
            }
        }

        private boolean expired() {
            boolean held = waitsForPast ? log.holdsAfter(afterVersion) || pastWaits.open() : log.holds(position);
            return !closed && (!held || kindFloor.getOrDefault(selection.kind(), 0L) > returnedVersion);
        }

        /** Whether the past has not come so far; if it has, its place is found. */
        private boolean mustWait() {
            if (waitsForPast && log.holdsAfter(afterVersion)) {
                waitsForPast = false;
                position = log.positionAfter(afterVersion);
            }
            return waitsForPast;
        }

        private Expired expiry() {
            return new Expired("the changes after resourceVersion " + returnedVersion + " are no longer held");
        }

        private List<Change> collect() {
            List<Change> found = new ArrayList<>();
            while (position < log.end() && found.size() < MAX_CHANGES_AT_ONCE) {
                Change change = log.at(position++);
                if (change.version() > afterVersion && selects(change)) {
                    found.add(change);
                }
            }
            return found;
        }

        private void park() {
            isParked = true;
            Set<Cursor> at = parked.get(key);
            if (at == null) {
                at = new LinkedHashSet<>();
                parked.put(key, at);
                byNarrowKey += key.narrow();
            }
            at.add(this);
        }

        private boolean selects(Change change) {
            StoredObject object = change.object();
            if (!object.kind().equals(selection.kind())
                    || !selection.namespace().isEmpty()
                            && !selection.namespace().equals(object.namespace())
                    || !selection.name().isEmpty() && !selection.name().equals(object.name())) {
                return false;
            }
            return selection.node().isEmpty()
                    || selection.node().equals(CatalogVersion.nodeOf(object))
                    || selection.node().equals(CatalogVersion.nodeOf(change.previous()));
        }

        @Override
        public long position() {
            synchronized (CatalogStore.this) {
                if (isParked) {
                    // Nothing up to the newest version was for it.
                    returnedVersion = Math.max(returnedVersion, current.resourceVersion());
                }
                return returnedVersion;
            }
        }

        @Override
        public void close() {
            CompletableFuture<List<Change>> future;
            synchronized (CatalogStore.this) {
                closed = true;
                isParked = false;
                Set<Cursor> at = parked.get(key);
                if (at != null) {
                    at.remove(this);
                    if (at.isEmpty()) {
                        parked.remove(key);
                        byNarrowKey -= key.narrow();
                    }
                }
                pastWaits.remove(this);
                future = waiting;
                waiting = null;
            }
            if (future != null) {
                future.complete(List.of());
            }
        }
    }
}
