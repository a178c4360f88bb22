package io.everynode.controlplane.journal;

import io.everynode.controlplane.journal.transfer.JournalRecord;
import io.everynode.controlplane.journal.transfer.JournalRecords;
import java.util.Random;

/** As many made-up rows as wanted, none of which is kept. */
final class ManyRecords implements JournalRecords {
    private static final int PAYLOAD = 2_000;

    private final long rows;
    private final long entities;
    private final Random random = new Random(7);
    private long ordering;

    /** @param entities so many take turns; with half of the rows or fewer, sequence numbers come twice */
    ManyRecords(long rows, long entities) {
        this.rows = rows;
        this.entities = entities;
    }

    @Override
    public long first() {
        return 1;
    }

    @Override
    public long last() {
        return rows;
    }

    @Override
    public JournalRecord next() {
        if (ordering == rows) {
            return null;
        }
        ordering++;
        byte[] payload = new byte[PAYLOAD];
        random.nextBytes(payload);
        return new JournalRecord(
                ordering, "Node|n" + ordering % entities, 1, false, "w", ordering, "", 20, "m/1", payload, null);
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
