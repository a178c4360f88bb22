package io.everynode.controlplane.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * One connection to a journal as it is: no database, table or version of the schema is made by it. For tools that read;
 * a server uses {@link JournalDatabase}. For one thread.
 */
public final class JournalConnection implements AutoCloseable {
    private static final String H2_FILE = "jdbc:h2:file:";

    private final DatabaseSettings settings;
    private final Connection connection;

    private JournalConnection(DatabaseSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
    }

    /**
     * Connects for reading.
     *
     * @param member names this connection to the database, as in {@link JournalDatabase#open}
     * @throws DatabaseUnavailable with one line when that is not possible, also when there is no journal
     */
    public static JournalConnection openToRead(DatabaseSettings settings, String member) {
        refuseWithoutFile(settings);
        Connection connection = null;
        try {
            connection = DriverManager.getConnection(
                    JdbcUrls.forJournal(settings, member), settings.user(), settings.password());
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            refuseWithoutTable(settings, connection);
            return new JournalConnection(settings, connection);
        } catch (SQLException | RuntimeException failure) {
            if (connection != null) {
                closeQuietly(connection);
            }
            throw failure instanceof DatabaseUnavailable explained
                    ? explained
                    : DatabaseErrors.explain(settings, failure);
        }
    }

    /** H2 would make one. */
    private static void refuseWithoutFile(DatabaseSettings settings) {
        String bare = settings.url().split(";", 2)[0];
        if (bare.startsWith(H2_FILE) && !Files.exists(Path.of(bare.substring(H2_FILE.length()) + ".mv.db"))) {
            throw nothingThere(settings);
        }
    }

    private static void refuseWithoutTable(DatabaseSettings settings, Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM \"event_journal\" WHERE 1 = 0")) {
            select.executeQuery().close();
        } catch (SQLException failure) {
            // A class of its own for tables that are not there: 42S02 and 42S04 with H2, 42P01 with PostgreSQL.
            if (String.valueOf(failure.getSQLState()).matches("42S0[24]|42P01")) {
                throw nothingThere(settings);
            }
            throw failure;
        } finally {
            connection.rollback();
        }
    }

    private static DatabaseUnavailable nothingThere(DatabaseSettings settings) {
        return new DatabaseUnavailable("there is no journal in " + settings.place(), null);
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // What matters was said before.
        }
    }

    /** Without auto-commit; whoever uses it ends the transaction before it waits for anything else. */
    public Connection connection() {
        return connection;
    }

    /** The database as messages name it. */
    public String place() {
        return settings.place();
    }

    @Override
    public void close() {
        closeQuietly(connection);
    }
}
