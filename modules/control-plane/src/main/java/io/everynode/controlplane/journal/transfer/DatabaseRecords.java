package io.everynode.controlplane.journal.transfer;

import io.everynode.controlplane.journal.JournalConnection;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.secrets.DataKeyTable;
import io.everynode.controlplane.secrets.WrappedKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The journal of a database, up to the highest ordering at the start: what is written meanwhile is not delivered. As
 * orderings are in the order of commits, that is a state which the journal was in, with every persist whole. Each page
 * is a transaction of its own, so that a slow reader keeps nothing open.
 */
public final class DatabaseRecords implements JournalRecords {
    private static final String PAGE = """
            SELECT "ordering", "persistence_id", "sequence_number", "deleted", "writer", "write_timestamp",
                   "adapter_manifest", "event_ser_id", "event_ser_manifest", "event_payload",
                   "meta_ser_id", "meta_ser_manifest", "meta_payload"
              FROM "event_journal" WHERE "ordering" > ? AND "ordering" <= ? ORDER BY "ordering" LIMIT ?""";

    private static final String BOUNDS = "SELECT min(\"ordering\"), max(\"ordering\") FROM \"event_journal\"";

    private static final int PAGE_ROWS = 1_000;
    private static final long PAGE_BYTES = 8 << 20;

    /** The driver of PostgreSQL holds so many rows, each of which may have some MiB. */
    private static final int FETCH_ROWS = 50;

    private final JournalConnection journal;
    private final Deque<JournalRecord> page = new ArrayDeque<>();
    private final SortedMap<String, WrappedKey> keys = new TreeMap<>();
    private final long first;
    private final long last;
    private long cursor;

    /** @param journal is closed with this */
    public DatabaseRecords(JournalConnection journal) {
        this.journal = journal;
        Connection connection = journal.connection();
        try (PreparedStatement select = connection.prepareStatement(BOUNDS)) {
            // Before and after, as Secrets come and go meanwhile: those of the rows that are delivered are among them.
            readKeys(connection);
            try (ResultSet found = select.executeQuery()) {
                found.next();
                first = found.getLong(1);
                last = found.getLong(2);
            }
            readKeys(connection);
            connection.rollback();
        } catch (SQLException failure) {
            throw unavailable(failure);
        }
    }

    private void readKeys(Connection connection) throws SQLException {
        for (WrappedKey key : DataKeyTable.all(connection)) {
            keys.put(key.id(), key);
        }
        connection.rollback();
    }

    @Override
    public List<WrappedKey> keys() {
        return List.copyOf(keys.values());
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long last() {
        return last;
    }

    @Override
    public JournalRecord next() {
        if (page.isEmpty() && cursor < last) {
            readPage();
        }
        return page.poll();
    }

    private void readPage() {
        Connection connection = journal.connection();
        try (PreparedStatement select = connection.prepareStatement(PAGE)) {
            select.setFetchSize(FETCH_ROWS);
            select.setLong(1, cursor);
            select.setLong(2, last);
            select.setInt(3, PAGE_ROWS);
            try (ResultSet found = select.executeQuery()) {
                long bytes = 0;
                while (bytes < PAGE_BYTES && found.next()) {
                    JournalRecord record = record(found);
                    page.add(record);
                    bytes += record.payload().length;
                }
            }
            connection.rollback();
        } catch (SQLException failure) {
            throw unavailable(failure);
        }
        cursor = page.isEmpty() ? last : page.getLast().ordering();
    }

    private static JournalRecord record(ResultSet found) throws SQLException {
        byte[] metadata = found.getBytes(13);
        return new JournalRecord(
                found.getLong(1),
                found.getString(2),
                found.getLong(3),
                found.getBoolean(4),
                found.getString(5),
                found.getLong(6),
                orEmpty(found.getString(7)),
                found.getInt(8),
                found.getString(9),
                found.getBytes(10),
                metadata == null
                        ? null
                        : new JournalRecord.Metadata(found.getInt(11), orEmpty(found.getString(12)), metadata));
    }

    /** PostgreSQL's columns may be null, H2's may not; the plugin writes "". */
    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static JournalUnavailable unavailable(SQLException failure) {
        return new JournalUnavailable("the journal cannot be read: " + failure.getMessage(), failure);
    }

    @Override
    public void close() {
        journal.close();
    }
}
