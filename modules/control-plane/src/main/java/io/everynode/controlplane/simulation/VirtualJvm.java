package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.FleetFeed;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.invariants.BrokenInvariant;
import io.everynode.controlplane.invariants.CatalogPods;
import io.everynode.controlplane.invariants.WatchFold;
import io.everynode.controlplane.journal.AtomicGroups;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One JVM's catalog: the real fold, behind the journal by as much as chance wants, and who is told of new versions. */
final class VirtualJvm {

    private record Waiting(long version, Runnable then) {}

    private final int number;
    private final Cluster cluster;
    private final CatalogFold fold = new CatalogFold(CatalogVersion.EMPTY);
    private final FleetFeed feed = new FleetFeed();
    private final WatchFold watch = new WatchFold();
    private final SimWriter writer;
    private final AtomicGroups groups = new AtomicGroups(row -> EventCodec.following(row.payload()));
    private final Set<String> unfinished = new HashSet<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private CatalogVersion current = CatalogVersion.EMPTY;
    /** How many rows were read, and how many of them are in the catalog: the others' persists are not whole yet. */
    private int taken;

    private int applied;
    private boolean readPending;

    VirtualJvm(int number, Cluster cluster) {
        this.number = number;
        this.cluster = cluster;
        this.writer = new SimWriter(cluster);
    }

    SimWriter writer() {
        return writer;
    }

    CatalogVersion current() {
        return current;
    }

    FleetFeed feed() {
        return feed;
    }

    WatchFold watch() {
        return watch;
    }

    /** Runs when the catalog holds everything committed before the call. */
    void caughtUp(Runnable then) {
        waiting.add(new Waiting(cluster.journal.maxOrdering(), then));
        journalGrew();
    }

    void journalGrew() {
        if (!readPending) {
            readPending = true;
            cluster.queue.in(cluster.chance.catalogDelay(), this::read);
        }
    }

    private void read() {
        readPending = false;
        List<SimJournal.Row> rows = cluster.journal.rows();
        int left = rows.size() - taken;
        int end = taken + (left > 1 && cluster.chance.fault(200) ? 1 + cluster.chance.below(left) : left);
        List<SimJournal.Row> read = rows.subList(taken, end);
        taken = end;
        if (cluster.decisions.persistsAreWhole()) {
            read.forEach(row -> groups.add(row.bytes()));
            int whole = groups.takeWhole().size();
            read = rows.subList(applied, applied + whole);
        }
        applied += read.size();
        for (SimJournal.Row row : read) {
            if (row.recorded().meta().more() > 0) {
                unfinished.add(row.persistenceId());
            } else {
                unfinished.remove(row.persistenceId());
            }
            fold.apply(row.ordering(), row.persistenceId(), row.sequence(), row.recorded());
        }
        if (!read.isEmpty()) {
            current = fold.version();
            List<Change> changes = fold.takeChanges();
            if (fold.takeEventsExpired() > 0) {
                watch.eventsExpired();
            }
            watch.follow(changes);
            BrokenInvariant.require(
                    unfinished.isEmpty(),
                    "I4",
                    "version %d of jvm-%d shows a part of a persist",
                    current.resourceVersion(),
                    number);
            if (cluster.thorough) {
                watch.compare(current);
                CatalogPods.compare(current);
            }
            feed.publish(changes);
            Touched touched = fold.takeTouched();
            feed.touched(touched);
            cluster.published(number, changes, touched);
        }
        for (Waiting one : List.copyOf(waiting)) {
            if (one.version() <= current.resourceVersion()) {
                waiting.remove(one);
                one.then().run();
            }
        }
        if (taken < rows.size() || !waiting.isEmpty()) {
            journalGrew();
        }
    }
}
