package io.everynode.controlplane.checkpoint;

import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogState;
import io.everynode.controlplane.catalog.CatalogStore;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalRow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the changes from before the checkpoint that a start began with, so that watches resume as if the whole journal
 * had been folded. Goes back from checkpoint to checkpoint: reads the one before, folds the journal from there and puts
 * the changes before those that are held, until there is room for no more. Takes half of a core at the most while
 * nobody waits for it.
 */
public final class PastLoader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PastLoader.class);

    /** Whoever waits for the past waits no longer than this, and lists again. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int PAGE_ROWS = 1_000;
    private static final long PAGE_BYTES = 8 << 20;

    /**
     * Where there is no older checkpoint, a journal of so many rows for each held change is folded from its beginning.
     */
    private static final int ROWS_FOR_A_CHANGE = 8;

    private final Checkpoints checkpoints;
    private final CheckpointHeader first;
    private final JournalReader journal;
    private final CatalogStore store;
    private volatile boolean ended;
    private long giveUpAt;

    /** @param first what the store begins with */
    public PastLoader(Checkpoints checkpoints, CheckpointHeader first, JournalReader journal, CatalogStore store) {
        this.checkpoints = checkpoints;
        this.first = first;
        this.journal = journal;
        this.store = store;
        if (first.ordering() > 0) {
            store.pastComes();
        }
    }

    /** Begins, in the background. */
    public void start() {
        if (first.ordering() > 0 && !ended) {
            Checkpoints.daemon(this::run, "checkpoint-past");
        }
    }

    @Override
    public void close() {
        ended = true;
        store.pastEnds();
    }

    private void run() {
        long began = System.nanoTime();
        giveUpAt = began + PATIENCE.toNanos();
        try {
            load();
            log.info(
                    "The changes from before the checkpoint are told after {} ms; there is room for {} more",
                    Duration.ofNanos(System.nanoTime() - began).toMillis(),
                    store.pastRoom());
        } catch (RuntimeException | OutOfMemoryError e) {
            log.warn("The changes from before the checkpoint cannot be told; older watches list again", e);
        } finally {
            store.pastEnds();
        }
    }

    private void load() {
        CheckpointHeader upper = first;
        for (CheckpointFile file : checkpoints.files()) {
            if (file.header().ordering() >= upper.ordering() || !Checkpoints.isOf(file, journal)) {
                continue;
            }
            Optional<CatalogState> state = goesOn() ? Checkpoints.state(file, journal) : Optional.empty();
            if (state.isPresent()) {
                if (!segment(state.get(), upper.ordering())) {
                    return;
                }
                upper = file.header();
            }
        }
        if (goesOn() && upper.rows() <= (long) ROWS_FOR_A_CHANGE * checkpoints.changesHeld()) {
            segment(CatalogState.EMPTY, upper.ordering());
        }
    }

    private boolean goesOn() {
        return !ended && store.pastRoom() > 0 && System.nanoTime() < giveUpAt;
    }

    /**
     * Tells the changes from a state to where others are told from.
     *
     * @return false when it was given up, or there is no use in going on
     */
    private boolean segment(CatalogState from, long upTo) {
        CatalogFold fold = new CatalogFold(from);
        // One more than there is room for tells from where on they are complete.
        int most = store.pastRoom() + 1;
        Deque<Change> told = new ArrayDeque<>();
        long eventsFrom = 0;
        long at = from.version().resourceVersion();
        while (at < upTo) {
            long began = System.nanoTime();
            if (!goesOn()) {
                return false;
            }
            for (JournalRow row : journal.page(at, PAGE_ROWS, PAGE_BYTES).rows()) {
                at = row.ordering();
                if (at > upTo) {
                    break;
                }
                fold.apply(at, row.persistenceId(), row.sequenceNumber(), journal.event(row));
            }
            for (Change change : fold.takeChanges()) {
                told.addLast(change);
                if (told.size() > most) {
                    told.removeFirst();
                }
            }
            fold.takeTouched();
            eventsFrom = Math.max(eventsFrom, fold.takeEventsExpired());
            if (!store.pastAwaited()) {
                LockSupport.parkNanos(System.nanoTime() - began);
            }
        }
        List<Change> older = new ArrayList<>(told);
        return store.past(older, from.version().resourceVersion(), upTo, eventsFrom);
    }
}
