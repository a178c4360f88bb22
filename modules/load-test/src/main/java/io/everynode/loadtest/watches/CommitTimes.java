package io.everynode.loadtest.watches;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * When the rows of Everynode's journal were committed, as PostgreSQL notes it with {@code track_commit_timestamp}: at
 * the begin of the commit, so that the wait for the disk is in what is measured from there.
 */
final class CommitTimes {

    private static final String QUERY =
            "SELECT \"ordering\", (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint"
                    + " FROM \"event_journal\" WHERE \"ordering\" >= ?";

    private CommitTimes() {}

    /** Microseconds of the wall clock by version, from that version on. */
    static Map<Long, Long> since(String url, String user, String password, long version) throws IOException {
        Map<Long, Long> times = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(url, user, password);
                PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setLong(1, version);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    times.put(rows.getLong(1), rows.getLong(2));
                }
            }
        } catch (SQLException e) {
            throw new IOException("the database does not tell when it committed: " + e.getMessage(), e);
        }
        return times;
    }
}
