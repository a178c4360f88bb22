package io.everynode.controlplane.audit;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.journal.AuditRows;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.core.event.Event;
import io.everynode.objects.Kind;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reads the audit of one JVM from the journal, on threads of its own: so many looks at the journal at a time as there
 * are, and no more. Thread-safe.
 */
public final class AuditTrail implements AutoCloseable {

    /** Each has a connection of the readers' pool meanwhile. */
    private static final int AT_A_TIME = 2;

    private final AuditRows rows;
    private final BiFunction<Long, Kind, Optional<Change>> recent;
    private final Function<JournalRow, Event> reader;
    private final ExecutorService readers = Executors.newFixedThreadPool(AT_A_TIME, task -> {
        Thread thread = new Thread(task, "everynode-audit");
        thread.setDaemon(true);
        return thread;
    });
    /** Given back before a page is told, so that who reads page after page is never refused because of himself. */
    private final Semaphore turns = new Semaphore(AT_A_TIME);

    /**
     * @param recent what an event made of an object, as long as that is held
     * @param reader the event of a row, opened where it was sealed; may block on the database
     */
    public AuditTrail(
            AuditRows rows, BiFunction<Long, Kind, Optional<Change>> recent, Function<JournalRow, Event> reader) {
        this.rows = rows;
        this.recent = recent;
        this.reader = reader;
    }

    /** Each part is read when it is asked for. */
    public AuditCursor open(AuditQuery query) {
        AuditScan scan = new AuditScan(rows, new AuditEntries(rows, recent, reader), query);
        return () -> {
            if (!turns.tryAcquire()) {
                return CompletableFuture.failedFuture(new ControlPlane.AuditBusy(
                        "the audit is being read by " + AT_A_TIME + " others, please try again later"));
            }
            try {
                return CompletableFuture.supplyAsync(() -> page(scan), readers);
            } catch (RejectedExecutionException e) {
                turns.release();
                return CompletableFuture.failedFuture(new ControlPlane.Unavailable("the server is stopping"));
            }
        };
    }

    private AuditPage page(AuditScan scan) {
        try {
            return scan.next();
        } catch (JournalUnavailable e) {
            throw new CompletionException(
                    new ControlPlane.Unavailable("the journal cannot be reached now: " + e.getMessage()));
        } finally {
            turns.release();
        }
    }

    @Override
    public void close() {
        readers.shutdown();
    }
}
