package io.everynode.controlplane.journal.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** Writes a whole journal as an export ({@link ExportLines} describes the form), holding little of it at a time. */
public final class JournalExport {

    private JournalExport() {}

    /**
     * Writes all rows that the source delivers.
     *
     * @param out is flushed and stays open
     * @param progress hears after each row how many there have been
     * @return how many there were
     * @throws IOException if {@code out} fails; what it has then is no export
     */
    public static long write(JournalRecords source, OutputStream out, LongConsumer progress) throws IOException {
        // Not closed: its end belongs to the caller, and without finish() there is no export.
        ExportWriter writer = new ExportWriter(out, source.first(), source.last(), source.keys());
        long count = 0;
        for (JournalRecord record = source.next(); record != null; record = source.next()) {
            writer.write(record);
            progress.accept(++count);
        }
        writer.finish();
        return count;
    }
}
