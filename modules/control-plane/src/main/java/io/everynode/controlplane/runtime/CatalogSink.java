package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogState;
import io.everynode.controlplane.catalog.CatalogStore;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.checkpoint.CheckpointWriter;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.controlplane.journal.JournalTail;
import io.everynode.controlplane.journal.UnreadableEvent;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Folds what the tail reads and publishes one new version for each batch, which never cuts an atomic persist. */
final class CatalogSink implements JournalTail.Sink {

    private final CatalogFold fold;
    /** Whether the fold is at the end of a batch, and not stuck in one. */
    private boolean whole = true;

    private final Function<JournalRow, Recorded<? extends Event>> events;
    private final CatalogStore store;
    private final CheckpointWriter checkpoints;
    private final ChangeListener listener;
    private final Consumer<Touched> touched;

    /**
     * @param first what the store begins with
     * @param events reads a row, and opens what is sealed
     * @param touched hears after each version whose entities it has news of
     */
    CatalogSink(
            CatalogState first,
            Function<JournalRow, Recorded<? extends Event>> events,
            CatalogStore store,
            CheckpointWriter checkpoints,
            ChangeListener listener,
            Consumer<Touched> touched) {
        this.events = events;
        this.store = store;
        this.checkpoints = checkpoints;
        this.fold = new CatalogFold(first);
        this.listener = listener;
        this.touched = touched;
    }

    @Override
    public void apply(List<JournalRow> rows) {
        whole = false;
        for (JournalRow row : rows) {
            try {
                fold.apply(row.ordering(), row.persistenceId(), row.sequenceNumber(), events.apply(row));
            } catch (RuntimeException e) {
                throw new UnreadableEvent(
                        row.ordering(),
                        "event " + row.manifest() + " of " + row.persistenceId() + "#" + row.sequenceNumber() + ": "
                                + e.getMessage(),
                        e);
            }
        }
        List<Change> changes = fold.takeChanges();
        CatalogVersion version = fold.version();
        store.publish(version, changes, fold.takeEventsExpired());
        listener.published(version, changes);
        touched.accept(fold.takeTouched());
        checkpoints.applied(rows, changes.size(), fold);
        whole = true;
    }

    /** Once nothing is applied any more. */
    void checkpointAtEnd() {
        if (whole) {
            checkpoints.atEnd(fold);
        }
    }
}
