package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class JournalDatabaseTest {
    static {
        TestLogs.quiet();
    }

    @TempDir
    static Path directory;

    static Stream<DatabaseSettings> databases() throws Exception {
        return Stream.of(DatabaseSettings.h2(Files.createTempDirectory(directory, "h2")), TestPostgres.freshDatabase());
    }

    private static void assertUnavailable(DatabaseSettings settings, String message) {
        assertThatThrownBy(() -> JournalDatabase.open(settings, "m").close())
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    private static void execute(DatabaseSettings settings, String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void readsWhatIsWritten(DatabaseSettings settings) throws Exception {
        String id = PersistenceIds.encode("Pod", "n".repeat(63), "ü".repeat(150));
        try (JournalDatabase database = JournalDatabase.open(settings, "m");
                Connection connection = Rows.connect(settings, "m")) {
            assertThat(database.reader().maxOrdering()).isZero();
            assertThat(database.reader().after(0, 10)).isEmpty();
            Rows.insert(connection, id, 1, 3);
            connection.commit();

            var rows = database.reader().after(0, 10);
            assertThat(database.reader().maxOrdering()).isEqualTo(rows.get(2).ordering());
            JournalRow second = rows.get(1);
            assertThat(second.persistenceId()).isEqualTo(id);
            assertThat(second.sequenceNumber()).isEqualTo(2);
            assertThat(second.writtenAtMillis()).isEqualTo(1_700_000_000_002L);
            assertThat(second.serializerId()).isEqualTo(20);
            assertThat(second.manifest()).isEqualTo("1");
            assertThat(second.payload()).asString().isEqualTo(id + "#2");
            assertThat(database.reader().after(second.ordering(), 10)).hasSize(1);
            assertThat(database.reader().after(0, 2)).hasSize(2);
            assertThat(database.reader().page(0, 3, Long.MAX_VALUE).complete()).isFalse();
            assertThat(database.reader().page(0, 4, Long.MAX_VALUE).complete()).isTrue();
            assertThat(database.reader().page(0, 4, id.length() + 5).rows()).hasSize(2);
            assertThat(database.reader().page(0, 4, id.length() + 5).complete()).isFalse();
        }
        // Opening again changes nothing.
        try (JournalDatabase database = JournalDatabase.open(settings, "m")) {
            assertThat(database.reader().after(0, 10)).hasSize(3);
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void doesNotReadTheMarkOfADeletedEntity(DatabaseSettings settings) throws Exception {
        try (JournalDatabase database = JournalDatabase.open(settings, "m");
                Connection connection = Rows.connect(settings, "m");
                Statement statement = connection.createStatement()) {
            Rows.insert(connection, "A", 1, 1);
            Rows.insert(connection, "B", 1, 1);
            statement.execute("UPDATE \"event_journal\" SET \"deleted\" = TRUE WHERE \"persistence_id\" = 'A'");
            connection.commit();
            assertThat(database.reader().after(0, 10))
                    .extracting(JournalRow::persistenceId)
                    .containsExactly("B");
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void refusesANewerSchema(DatabaseSettings settings) throws Exception {
        JournalDatabase.open(settings, "m").close();
        execute(
                settings,
                "INSERT INTO \"everynode_schema_history\" (\"installed_rank\", \"version\", \"description\", \"type\","
                        + " \"script\", \"checksum\", \"installed_by\", \"execution_time\", \"success\")"
                        + " VALUES (99, '77', 'future', 'SQL', 'V77__future.sql', 1, 'x', 1, TRUE)");
        assertUnavailable(settings, "has schema version 77 but this program knows up to ");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void refusesAForeignSchema(DatabaseSettings settings) throws Exception {
        execute(settings, "CREATE TABLE customer (id INT)");
        assertUnavailable(settings, "holds tables that are not ours");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void refusesAChangedSchema(DatabaseSettings settings) throws Exception {
        JournalDatabase.open(settings, "m").close();
        execute(settings, "UPDATE \"everynode_schema_history\" SET \"checksum\" = 1 WHERE \"version\" = '1'");
        assertUnavailable(settings, "are not as this program left them");
    }

    @Test
    void saysThatAnotherProcessHasTheFile() throws Exception {
        DatabaseSettings settings = DatabaseSettings.h2(Files.createTempDirectory(directory, "locked"));
        try (H2Process other = H2Process.start(settings)) {
            other.awaitAcknowledged(1);
            assertUnavailable(settings, "data directory " + settings.place() + " is locked by another process");
        }
    }

    @Test
    void saysThatH2sPasswordIsWrong() throws Exception {
        DatabaseSettings right = DatabaseSettings.h2(Files.createTempDirectory(directory, "password"));
        JournalDatabase.open(right, "m").close();
        DatabaseSettings wrong = new DatabaseSettings(right.kind(), right.url(), right.user(), "wrong");
        assertUnavailable(wrong, "refuses user \"everynode\": wrong user or password");
        assertThat(wrong.toString()).doesNotContain("wrong");
    }

    @Test
    void saysThatTheDirectoryCannotBeMade() throws Exception {
        Path file = Files.createTempFile(directory, "file", "");
        assertUnavailable(DatabaseSettings.h2(file.resolve("data")), "the database in " + file);
    }

    @Test
    void saysThatTheFileIsDamaged() throws Exception {
        Path data = Files.createTempDirectory(directory, "damaged");
        Files.writeString(data.resolve("journal.mv.db"), "not a database".repeat(1000));
        assertUnavailable(DatabaseSettings.h2(data), "the database in " + data + " is damaged");
    }

    @Test
    void saysWhyPostgresIsNotOpen() throws Exception {
        TestPostgres.execute("CREATE USER poor PASSWORD 'secret'");
        TestPostgres.execute("CREATE DATABASE strict");
        assertUnavailable(TestPostgres.settings("nowhere", "postgres", "x"), "/nowhere does not exist");
        assertUnavailable(TestPostgres.settings("strict", "nobody", "x"), "refuses user \"nobody\"");
        assertUnavailable(
                TestPostgres.settings("strict", "poor", "secret"), "user \"poor\" may not create tables in database");
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        assertUnavailable(
                new DatabaseSettings(
                        DatabaseSettings.Kind.POSTGRES, "jdbc:postgresql://localhost:" + closed + "/x", "u", "p"),
                "database postgresql://localhost:" + closed + "/x is not reachable");
        assertUnavailable(
                new DatabaseSettings(
                        DatabaseSettings.Kind.POSTGRES, "jdbc:postgresql://no-such-host.invalid/x", "u", "p"),
                "database postgresql://no-such-host.invalid/x is not reachable");
    }
}
