package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.FleetFeed;
import java.util.ArrayList;
import java.util.List;

/** One JVM's catalog: the real fold, behind the journal by as much as chance wants, and who is told of new versions. */
final class VirtualJvm {

    private record Waiting(long version, Runnable then) {}

    private final int number;
    private final Cluster cluster;
    private final CatalogFold fold = new CatalogFold(CatalogVersion.EMPTY);
    private final FleetFeed feed = new FleetFeed();
    private final WatchFold watch = new WatchFold();
    private final List<Waiting> waiting = new ArrayList<>();
    private CatalogVersion current = CatalogVersion.EMPTY;
    private int applied;
    private boolean readPending;

    VirtualJvm(int number, Cluster cluster) {
        this.number = number;
        this.cluster = cluster;
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
        int left = rows.size() - applied;
        int take = left > 1 && cluster.chance.fault(200) ? 1 + cluster.chance.below(left) : left;
        int end = applied + take;
        while (cluster.decisions.persistsAreWhole()
                && end < rows.size()
                && rows.get(end - 1).recorded().meta().more() > 0) {
            end++;
        }
        for (; applied < end; applied++) {
            SimJournal.Row row = rows.get(applied);
            fold.apply(row.ordering(), row.persistenceId(), row.sequence(), row.recorded());
        }
        if (take > 0) {
            current = fold.version();
            List<Change> changes = fold.takeChanges();
            if (fold.takeEventsExpired()) {
                watch.eventsExpired();
            }
            watch.follow(changes);
            SimulationFailure.require(
                    end == 0 || rows.get(end - 1).recorded().meta().more() == 0,
                    "I4",
                    "version %d of jvm-%d shows a part of a persist",
                    current.resourceVersion(),
                    number);
            if (cluster.thorough) {
                watch.compare(current);
            }
            feed.publish(changes);
            cluster.published(number, changes, fold.takeTouched());
        }
        for (Waiting one : List.copyOf(waiting)) {
            if (one.version() <= current.resourceVersion()) {
                waiting.remove(one);
                one.then().run();
            }
        }
        if (applied < rows.size() || !waiting.isEmpty()) {
            journalGrew();
        }
    }
}
