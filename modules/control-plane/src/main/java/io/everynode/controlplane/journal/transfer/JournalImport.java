package io.everynode.controlplane.journal.transfer;

import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.DatabaseUnavailable;
import io.everynode.controlplane.journal.JournalDatabase;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.secrets.DataKeyTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.function.LongConsumer;

/**
 * Brings a whole journal into an empty database, with its orderings and sequence numbers, in one transaction: all of it
 * is there afterwards or nothing is, also when the process or the database is killed meanwhile. It writes as a member
 * of its own, so that the trigger which keeps the order of commits stays in force and lets it through.
 */
public final class JournalImport {
    private static final String INSERT = """
            INSERT INTO "event_journal" ("ordering", "persistence_id", "sequence_number", "deleted", "writer",
                "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest", "event_payload",
                "meta_ser_id", "meta_ser_manifest", "meta_payload") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    /** A batch ends with the row that brings it to either. */
    private static final int BATCH_ROWS = 500;

    private static final long BATCH_BYTES = 4 << 20;

    private final DatabaseSettings settings;
    private final Connection connection;
    private boolean identityMoved;

    private JournalImport(DatabaseSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
    }

    /**
     * Imports all rows of the source. The schema is made when it is not there.
     *
     * @param member the id under which it writes, as in {@link JournalDatabase#open}
     * @param gap how many orderings to leave free behind the last; new events come after them
     * @param progress hears after each row how many there have been
     * @return how many there were
     * @throws DatabaseUnavailable with one line when the database is not empty or fails
     * @throws BrokenExport when the source is not whole
     */
    public static long into(
            DatabaseSettings settings, String member, JournalRecords source, long gap, LongConsumer progress) {
        try (JournalDatabase database = JournalDatabase.open(settings, member);
                Connection connection = database.dataSource().getConnection()) {
            // Apart, as it may end a transaction.
            new DataKeyTable(database.dataSource(), database.shared()).create();
            connection.setAutoCommit(false);
            JournalImport into = new JournalImport(settings, connection);
            try {
                return into.all(source, gap, progress);
            } catch (SQLException | RuntimeException failure) {
                into.undo();
                throw failure;
            }
        } catch (JournalUnavailable failure) {
            throw new DatabaseUnavailable(failure.getMessage(), failure);
        } catch (SQLException failure) {
            throw new DatabaseUnavailable(
                    "the import into " + settings.place() + " failed and was undone: " + said(failure), failure);
        }
    }

    /** Of a batch the driver says first only that it failed. */
    private static String said(SQLException failure) {
        SQLException last = failure;
        while (last.getNextException() != null) {
            last = last.getNextException();
        }
        return String.valueOf(last.getMessage()).lines().findFirst().orElse("");
    }

    private long all(JournalRecords source, long gap, LongConsumer progress) throws SQLException {
        lock();
        refuseUnlessEmpty();
        long next = Math.addExact(Math.addExact(source.last(), gap), 1);
        if (settings.kind() == DatabaseSettings.Kind.H2) {
            // Before the rows, because it ends a transaction.
            restartIdentity(next);
            identityMoved = true;
        }
        DataKeyTable.insert(connection, source.keys());
        long count = insert(source, progress);
        if (settings.kind() == DatabaseSettings.Kind.POSTGRES) {
            execute("SELECT setval(pg_get_serial_sequence('event_journal', 'ordering'), " + next + ", false)");
        }
        connection.commit();
        return count;
    }

    /** Nobody writes the journal from here on: every writer on PostgreSQL takes this lock, and H2 has one process. */
    private void lock() throws SQLException {
        if (settings.kind() == DatabaseSettings.Kind.POSTGRES) {
            // The file may come through a pipe, and that may take its time.
            execute("SET LOCAL idle_in_transaction_session_timeout = 0");
            execute("SELECT pg_advisory_xact_lock(" + JournalDatabase.JOURNAL_LOCK + ")");
        }
    }

    private void refuseUnlessEmpty() throws SQLException {
        for (String table : new String[] {"event_journal", "snapshot", "secret_key"}) {
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT 1 FROM \"" + table + "\" LIMIT 1")) {
                if (found.next()) {
                    throw new DatabaseUnavailable(
                            settings.place() + " already holds a journal; import goes into an empty one only", null);
                }
            }
        }
    }

    private long insert(JournalRecords source, LongConsumer progress) throws SQLException {
        long count = 0;
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            int rows = 0;
            long bytes = 0;
            for (JournalRecord record = source.next(); record != null; record = source.next()) {
                set(insert, record);
                insert.addBatch();
                rows++;
                bytes += record.payload().length;
                if (rows >= BATCH_ROWS || bytes >= BATCH_BYTES) {
                    insert.executeBatch();
                    rows = 0;
                    bytes = 0;
                }
                progress.accept(++count);
            }
            if (rows > 0) {
                insert.executeBatch();
            }
        }
        return count;
    }

    private static void set(PreparedStatement insert, JournalRecord record) throws SQLException {
        insert.setLong(1, record.ordering());
        insert.setString(2, record.persistenceId());
        insert.setLong(3, record.sequenceNumber());
        insert.setBoolean(4, record.deleted());
        insert.setString(5, record.writer());
        insert.setLong(6, record.writtenAtMillis());
        insert.setString(7, record.adapterManifest());
        insert.setInt(8, record.serializerId());
        insert.setString(9, record.manifest());
        insert.setBytes(10, record.payload());
        JournalRecord.Metadata metadata = record.metadata();
        if (metadata == null) {
            insert.setNull(11, Types.INTEGER);
            insert.setNull(12, Types.VARCHAR);
            insert.setNull(13, Types.BINARY);
        } else {
            insert.setInt(11, metadata.serializerId());
            insert.setString(12, metadata.manifest());
            insert.setBytes(13, metadata.payload());
        }
    }

    private void restartIdentity(long next) throws SQLException {
        execute("ALTER TABLE \"event_journal\" ALTER COLUMN \"ordering\" RESTART WITH " + next);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What fails here, the database does by itself when the connection ends. */
    private void undo() {
        try {
            connection.rollback();
            if (identityMoved) {
                restartIdentity(1);
            }
        } catch (SQLException ignored) {
            // The failure that led here is the one to tell.
        }
    }
}
