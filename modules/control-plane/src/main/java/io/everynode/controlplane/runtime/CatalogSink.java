package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogStore;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.controlplane.journal.JournalTail;
import io.everynode.controlplane.journal.UnreadableEvent;
import java.util.List;
import java.util.function.Consumer;

/** Folds what the tail reads and publishes one new version for each batch, which never cuts an atomic persist. */
final class CatalogSink implements JournalTail.Sink {

    private final CatalogFold fold;
    private final CatalogStore store;
    private final ChangeListener listener;
    private final Consumer<Touched> touched;

    /** @param touched hears after each version whose entities it has news of */
    CatalogSink(CatalogStore store, ChangeListener listener, Consumer<Touched> touched) {
        this.store = store;
        this.fold = new CatalogFold(store.current());
        this.listener = listener;
        this.touched = touched;
    }

    @Override
    public void apply(List<JournalRow> rows) {
        for (JournalRow row : rows) {
            try {
                fold.apply(
                        row.ordering(),
                        row.persistenceId(),
                        row.sequenceNumber(),
                        EventCodec.decode(row.manifest(), row.payload()));
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
    }
}
