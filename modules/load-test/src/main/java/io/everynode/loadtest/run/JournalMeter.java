package io.everynode.loadtest.run;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Counts rows of Everynode's journal in its database. It asks between phases only, as asking costs the database. */
final class JournalMeter implements AutoCloseable {

    private final Connection connection;

    private JournalMeter(Connection connection) {
        this.connection = connection;
    }

    /** @param bytes of the events' payload */
    record Rows(long number, long bytes) {}

    static JournalMeter open(String url, String user, String password) throws IOException {
        try {
            return new JournalMeter(DriverManager.getConnection(url, user, password));
        } catch (SQLException e) {
            throw new IOException("cannot open the journal: " + e.getMessage(), e);
        }
    }

    /** The number of the last row. */
    long last() throws IOException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT max(\"ordering\") FROM \"event_journal\"")) {
            return found.next() ? found.getLong(1) : 0;
        } catch (SQLException e) {
            throw new IOException("cannot read the journal: " + e.getMessage(), e);
        }
    }

    Rows since(long ordering) throws IOException {
        // Names in quotes: H2 knows them in lower case only, PostgreSQL either way.
        String query = "SELECT count(*), coalesce(sum(octet_length(\"event_payload\")), 0) FROM \"event_journal\""
                + " WHERE \"ordering\" > ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, ordering);
            try (ResultSet found = statement.executeQuery()) {
                found.next();
                return new Rows(found.getLong(1), found.getLong(2));
            }
        } catch (SQLException e) {
            throw new IOException("cannot read the journal: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
