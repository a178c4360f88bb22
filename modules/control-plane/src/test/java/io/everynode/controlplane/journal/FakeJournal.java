package io.everynode.controlplane.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A journal in memory whose reads can be held at a gate or made to fail. The manifest says how many rows follow. */
final class FakeJournal implements JournalReader {
    final AtomicInteger pages = new AtomicInteger();
    final AtomicInteger maxima = new AtomicInteger();
    /** A read takes its rows, then waits here for a permit. */
    final Semaphore gate = new Semaphore(0);
    /** Released when a read has begun. */
    final Semaphore begun = new Semaphore(0);

    volatile boolean gated;
    volatile RuntimeException failure;
    volatile Runnable afterPage = () -> {};
    private final List<JournalRow> rows = new ArrayList<>();

    static int following(JournalRow row) {
        return Integer.parseInt(row.manifest());
    }

    static JournalRow row(long ordering, String id, long sequenceNumber, int following) {
        return new JournalRow(ordering, id, sequenceNumber, 0, 1, Integer.toString(following), new byte[10]);
    }

    /** Commits rows in one transaction, given as {@code id:following}, for example {@code a:1 b:0 a:0}. */
    synchronized void commit(String... written) {
        for (String row : written) {
            String[] halves = row.split(":");
            long sequenceNumber = 1
                    + rows.stream()
                            .filter(r -> r.persistenceId().equals(halves[0]))
                            .count();
            rows.add(row(rows.size() + 1, halves[0], sequenceNumber, Integer.parseInt(halves[1])));
        }
    }

    @Override
    public Page page(long ordering, int maxRows, long maxBytes) {
        List<JournalRow> found = new ArrayList<>();
        boolean complete = true;
        synchronized (this) {
            long bytes = 0;
            for (JournalRow row : rows) {
                if (row.ordering() > ordering) {
                    if (found.size() == maxRows || bytes >= maxBytes) {
                        complete = false;
                        break;
                    }
                    found.add(row);
                    bytes += row.payload().length;
                }
            }
        }
        pages.incrementAndGet();
        begun.release();
        if (gated) {
            gate.acquireUninterruptibly();
        }
        if (failure != null) {
            throw failure;
        }
        afterPage.run();
        return new Page(found, complete);
    }

    @Override
    public synchronized long maxOrdering() {
        maxima.incrementAndGet();
        return rows.size();
    }
}
