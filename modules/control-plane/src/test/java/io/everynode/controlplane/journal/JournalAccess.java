package io.everynode.controlplane.journal;

import io.everynode.controlplane.event.EventSerializer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** What tests of other packages need of the journal's database. */
public final class JournalAccess {

    private JournalAccess() {}

    /** No output of the libraries in this JVM. */
    public static void quiet() {
        TestLogs.quiet();
    }

    /** A fresh database of the PostgreSQL that the tests of this JVM share. */
    public static DatabaseSettings postgres() {
        return TestPostgres.freshDatabase();
    }

    /** As the superuser. */
    public static void execute(String sql) {
        TestPostgres.execute(sql);
    }

    /** Commits a row behind the entities' backs. */
    public static void insert(
            Path h2DataDir, String persistenceId, long sequenceNumber, String manifest, byte[] payload)
            throws SQLException {
        DatabaseSettings settings = DatabaseSettings.h2(h2DataDir);
        try (Connection connection = DriverManager.getConnection(
                        JdbcUrls.forJournal(settings, "test"), settings.user(), settings.password());
                PreparedStatement insert = connection.prepareStatement("""
                        INSERT INTO "event_journal" ("deleted", "persistence_id", "sequence_number", "writer",
                            "write_timestamp", "adapter_manifest", "event_payload", "event_ser_id", "event_ser_manifest")
                          VALUES (FALSE, ?, ?, 'w', 1, '', ?, ?, ?)""")) {
            insert.setString(1, persistenceId);
            insert.setLong(2, sequenceNumber);
            insert.setBytes(3, payload);
            insert.setInt(4, EventSerializer.IDENTIFIER);
            insert.setString(5, manifest);
            insert.executeUpdate();
        }
    }
}
