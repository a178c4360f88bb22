package io.everynode.controlplane.checkpoint;

import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogState;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a checkpoint written whenever as many events were applied since the last one as there are objects, and some
 * thousands at least, so that each event pays for about one object. Written by a thread of its own, one at a time, from
 * an immutable state: the tail only takes what it is.
 */
public final class CheckpointWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);

    /** At a clean end: not for fewer events, which a start folds at once. */
    private static final int WORTH_IT_AT_THE_END = 300;

    /** At a clean end: not for more objects, which take longer than an end should. */
    private static final int QUICK_AT_THE_END = 30_000;

    private static final int EVENTS_LIKE_AN_OBJECT = 8;

    /** How long an end waits for one that is being written. */
    private static final Duration END_PATIENCE = Duration.ofSeconds(3);

    private final Checkpoints checkpoints;
    private final ExecutorService thread;
    private final AtomicBoolean writing = new AtomicBoolean();

    /** A fold of a long journal writes none before this: those would soon not be needed any more. */
    private final long notBefore;

    // Of the tail's thread, and of the one that closes once that has ended:
    private JournalRow last;
    private long rows;
    private long changes;
    private long rowsWritten;

    /** @param first what the fold begins with */
    public CheckpointWriter(Checkpoints checkpoints, CheckpointHeader first, JournalReader journal) {
        this.checkpoints = checkpoints;
        this.rows = first.rows();
        this.changes = first.changes();
        this.rowsWritten = first.rows();
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread writer = new Thread(task, "checkpoint-writer");
            writer.setDaemon(true);
            return writer;
        });
        this.notBefore = checkpoints.enabled() && first.ordering() == 0 ? needed(journal) : 0;
    }

    /** From where on checkpoints help to tell the changes that are held. */
    private long needed(JournalReader journal) {
        try {
            return journal.maxOrdering() - 2L * checkpoints.changesHeld();
        } catch (JournalUnavailable away) {
            return 0;
        }
    }

    /**
     * Some rows were applied.
     *
     * @param batch at least one
     * @param made how many changes they made
     */
    public void applied(List<JournalRow> batch, int made, CatalogFold fold) {
        last = batch.get(batch.size() - 1);
        rows += batch.size();
        changes += made;
        long since = rows - rowsWritten;
        if (!checkpoints.enabled()
                || since < checkpoints.everyEvents()
                || last.ordering() < notBefore
                || since < cost(fold.version())
                || !writing.compareAndSet(false, true)) {
            return;
        }
        CheckpointHeader header = CheckpointHeader.of(last, rows, changes);
        CatalogState state = fold.state();
        rowsWritten = rows;
        thread.execute(() -> {
            try {
                checkpoints.write(header, state);
            } catch (OutOfMemoryError | StackOverflowError e) {
                log.warn("No checkpoint was written at {}", header.ordering(), e);
            } finally {
                writing.set(false);
            }
        });
    }

    /** In objects that are written: an Event is little beside a Node or a Pod with its entity's state. */
    private static int cost(CatalogVersion version) {
        int events = version.count(Kinds.EVENT);
        return version.size() - events + events / EVENTS_LIKE_AN_OBJECT;
    }

    /** Writes one more if it is quick and worth it; once nothing is applied any more. Blocks. */
    public void atEnd(CatalogFold fold) {
        if (checkpoints.enabled()
                && last != null
                && rows - rowsWritten >= WORTH_IT_AT_THE_END
                && cost(fold.version()) <= QUICK_AT_THE_END
                && !writing.get()) {
            checkpoints.write(CheckpointHeader.of(last, rows, changes), fold.state());
        }
    }

    /** Waits a little for one that is being written; left unfinished it is as if it had not been begun. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                log.info("A checkpoint is left unfinished");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
