package io.everynode.controlplane.journal;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Writes rows as the plugin does, on connections that a test controls. */
final class Rows {
    private Rows() {}

    /** A connection of a member, by the URL that all pools use; with auto-commit off. */
    static Connection connect(DatabaseSettings settings, String member) throws SQLException {
        Connection connection = DriverManager.getConnection(
                JdbcUrls.forJournal(settings, member), settings.user(), settings.password());
        connection.setAutoCommit(false);
        return connection;
    }

    /** Inserts {@code count} rows of one entity in one batch, without committing; the manifest counts down. */
    static void insert(Connection connection, String persistenceId, long firstSequenceNumber, int count)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO "event_journal" ("deleted", "persistence_id", "sequence_number", "writer",
                    "write_timestamp", "adapter_manifest", "event_payload", "event_ser_id", "event_ser_manifest")
                  VALUES (FALSE, ?, ?, 'w', ?, '', ?, 20, ?)""")) {
            for (int i = 0; i < count; i++) {
                long sequenceNumber = firstSequenceNumber + i;
                insert.setString(1, persistenceId);
                insert.setLong(2, sequenceNumber);
                insert.setLong(3, 1_700_000_000_000L + sequenceNumber);
                insert.setBytes(4, (persistenceId + "#" + sequenceNumber).getBytes(StandardCharsets.UTF_8));
                insert.setString(5, Integer.toString(count - 1 - i));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
