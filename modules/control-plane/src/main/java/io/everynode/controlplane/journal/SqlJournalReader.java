package io.everynode.controlplane.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/** Reads the plugin's table with plain SQL, the same on H2 and PostgreSQL. */
final class SqlJournalReader implements JournalReader {
    // The plugin keeps an entity's last event, marked as deleted, when all of them are deleted.
    private static final String AFTER = """
            SELECT "ordering", "persistence_id", "sequence_number", "write_timestamp",
                   "event_ser_id", "event_ser_manifest", "event_payload"
              FROM "event_journal" WHERE "ordering" > ? AND "deleted" = FALSE ORDER BY "ordering" LIMIT ?""";

    private static final int ORDERINGS_AT_A_TIME = 100;

    private static final String EXACTLY = """
            SELECT "ordering", "persistence_id", "sequence_number", "write_timestamp",
                   "event_ser_id", "event_ser_manifest", "event_payload"
              FROM "event_journal" WHERE "deleted" = FALSE AND "ordering" IN (""" + "?, ".repeat(ORDERINGS_AT_A_TIME - 1) + "?)";

    private static final String MAX = "SELECT max(\"ordering\") FROM \"event_journal\"";

    /** How many rows PostgreSQL's driver holds at a time, so that a page of large rows ends early. */
    private static final int FETCH_ROWS = 200;

    /**
     * A server that is silent for so long counts as away: clients that wait for what is current are told so, and do not
     * wait for a server that is frozen. The pool sets its own value again for the next user.
     */
    private static final int SILENCE_MILLIS = 4_000;

    private final DataSource dataSource;

    SqlJournalReader(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Page page(long ordering, int maxRows, long maxBytes) {
        try (Connection connection = connection()) {
            // The driver of PostgreSQL reads all rows into memory at once unless it is in a transaction.
            connection.setAutoCommit(false);
            try (PreparedStatement select = connection.prepareStatement(AFTER)) {
                select.setFetchSize(FETCH_ROWS);
                select.setLong(1, ordering);
                select.setInt(2, maxRows);
                try (ResultSet found = select.executeQuery()) {
                    return page(found, maxRows, maxBytes);
                }
            } finally {
                connection.rollback();
            }
        } catch (SQLException failure) {
            throw new JournalUnavailable("the journal cannot be read: " + failure.getMessage(), failure);
        }
    }

    private static Page page(ResultSet found, int maxRows, long maxBytes) throws SQLException {
        List<JournalRow> rows = new ArrayList<>();
        long bytes = 0;
        while (bytes < maxBytes && found.next()) {
            JournalRow row = row(found);
            rows.add(row);
            bytes += row.payload().length;
        }
        return new Page(rows, rows.size() < maxRows && bytes < maxBytes);
    }

    private static JournalRow row(ResultSet found) throws SQLException {
        return new JournalRow(
                found.getLong(1),
                found.getString(2),
                found.getLong(3),
                found.getLong(4),
                found.getInt(5),
                found.getString(6),
                found.getBytes(7));
    }

    @Override
    public List<JournalRow> rows(Collection<Long> orderings) {
        List<Long> wanted = List.copyOf(orderings);
        List<JournalRow> rows = new ArrayList<>();
        try (Connection connection = connection();
                PreparedStatement select = connection.prepareStatement(EXACTLY)) {
            for (int from = 0; from < wanted.size(); from += ORDERINGS_AT_A_TIME) {
                for (int i = 0; i < ORDERINGS_AT_A_TIME; i++) {
                    // What is left over asks for the last one again.
                    select.setLong(i + 1, wanted.get(Math.min(from + i, wanted.size() - 1)));
                }
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        rows.add(row(found));
                    }
                }
            }
            return rows;
        } catch (SQLException failure) {
            throw new JournalUnavailable("the journal cannot be read: " + failure.getMessage(), failure);
        }
    }

    @Override
    public long maxOrdering() {
        try (Connection connection = connection();
                PreparedStatement select = connection.prepareStatement(MAX);
                ResultSet found = select.executeQuery()) {
            found.next();
            return found.getLong(1);
        } catch (SQLException failure) {
            throw new JournalUnavailable("the journal cannot be read: " + failure.getMessage(), failure);
        }
    }

    private Connection connection() throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            connection.setNetworkTimeout(Runnable::run, SILENCE_MILLIS);
            return connection;
        } catch (SQLException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }
}
