package io.everynode.controlplane.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * The journal as the audit reads it, backwards in ranges of orderings, by indexes only. Plain SQL, the same on H2 and
 * PostgreSQL. All methods block on the database and throw {@link JournalUnavailable} if it fails. Thread-safe.
 */
public final class AuditRows {

    /** How many rows PostgreSQL's driver holds at a time. */
    private static final int FETCH_ROWS = 200;

    private static final int SILENCE_MILLIS = 10_000;
    private static final int MOST_IN_ONE_STATEMENT = 64;

    private static final String COLUMNS = "\"ordering\", \"persistence_id\", \"sequence_number\", \"write_timestamp\","
            + " \"event_ser_id\", \"event_ser_manifest\", \"event_payload\"";

    private static final String FIRST_FROM = "SELECT \"ordering\", \"write_timestamp\" FROM \"event_journal\""
            + " WHERE \"ordering\" >= ? ORDER BY \"ordering\" LIMIT 1";

    private final DataSource dataSource;

    /** When a row was written. */
    public record Stamp(long ordering, long writtenAtMillis) {}

    /**
     * An event, and which of its entity's earlier ones are asked for.
     *
     * @param sequenceNumber only those below it
     * @param manifests any of these
     */
    public record Earlier(String persistenceId, long sequenceNumber, Set<String> manifests) {}

    AuditRows(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Of {@code JournalReader.maxOrdering}. */
    public long maxOrdering() {
        return new SqlJournalReader(dataSource).maxOrdering();
    }

    /** The lowest row at or above an ordering. */
    public Optional<Stamp> firstFrom(long ordering) {
        return query(FIRST_FROM, 1, select -> select.setLong(1, ordering), found -> {
            return found.next() ? Optional.of(new Stamp(found.getLong(1), found.getLong(2))) : Optional.empty();
        });
    }

    /**
     * Shows rows above one ordering and up to another, the lowest first, until the visitor answers false.
     *
     * @param without rows with these manifests are left out
     */
    public void between(long above, long upTo, Set<String> without, Predicate<JournalRow> visitor) {
        List<String> excluded = List.copyOf(without);
        String sql = "SELECT " + COLUMNS + " FROM \"event_journal\" WHERE \"ordering\" > ? AND \"ordering\" <= ?"
                + " AND \"deleted\" = FALSE"
                + (excluded.isEmpty() ? "" : " AND \"event_ser_manifest\" NOT IN (" + marks(excluded.size()) + ")")
                + " ORDER BY \"ordering\"";
        query(
                sql,
                FETCH_ROWS,
                select -> {
                    select.setLong(1, above);
                    select.setLong(2, upTo);
                    for (int i = 0; i < excluded.size(); i++) {
                        select.setString(3 + i, excluded.get(i));
                    }
                },
                found -> {
                    while (found.next() && visitor.test(row(found))) {
                        // The visitor has it.
                    }
                    return null;
                });
    }

    /** The newest of the earlier events of each; null where there is none. One statement for many. */
    public List<JournalRow> newest(List<Earlier> wanted) {
        List<JournalRow> all = new ArrayList<>(Collections.nCopies(wanted.size(), null));
        for (int from = 0; from < wanted.size(); from += MOST_IN_ONE_STATEMENT) {
            int begin = from;
            List<Earlier> some = wanted.subList(from, Math.min(wanted.size(), from + MOST_IN_ONE_STATEMENT));
            StringBuilder sql = new StringBuilder();
            for (int i = 0; i < some.size(); i++) {
                sql.append(i == 0 ? "" : " UNION ALL ")
                        .append("(SELECT ")
                        .append(begin + i)
                        .append(" AS place, ")
                        .append(COLUMNS)
                        .append(" FROM \"event_journal\" WHERE \"persistence_id\" = ? AND \"sequence_number\" < ?")
                        .append(" AND \"event_ser_manifest\" IN (")
                        .append(marks(some.get(i).manifests().size()))
                        .append(") AND \"deleted\" = FALSE ORDER BY \"sequence_number\" DESC LIMIT 1)");
            }
            query(
                    sql.toString(),
                    FETCH_ROWS,
                    select -> {
                        int at = 1;
                        for (Earlier each : some) {
                            select.setString(at++, each.persistenceId());
                            select.setLong(at++, each.sequenceNumber());
                            for (String manifest : each.manifests()) {
                                select.setString(at++, manifest);
                            }
                        }
                    },
                    found -> {
                        while (found.next()) {
                            all.set(found.getInt(1), row(found, 1));
                        }
                        return null;
                    });
        }
        return all;
    }

    private static String marks(int count) {
        return String.join(",", Collections.nCopies(count, "?"));
    }

    private static JournalRow row(ResultSet found) throws SQLException {
        return row(found, 0);
    }

    private static JournalRow row(ResultSet found, int skipped) throws SQLException {
        return new JournalRow(
                found.getLong(skipped + 1),
                found.getString(skipped + 2),
                found.getLong(skipped + 3),
                found.getLong(skipped + 4),
                found.getInt(skipped + 5),
                found.getString(skipped + 6),
                found.getBytes(skipped + 7));
    }

    @FunctionalInterface
    private interface Setting {
        void on(PreparedStatement select) throws SQLException;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(ResultSet found) throws SQLException;
    }

    private <T> T query(String sql, int fetchRows, Setting setting, Reading<T> reading) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setNetworkTimeout(Runnable::run, SILENCE_MILLIS);
            // The driver of PostgreSQL reads all rows into memory at once unless it is in a transaction.
            connection.setAutoCommit(false);
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setFetchSize(fetchRows);
                setting.on(select);
                try (ResultSet found = select.executeQuery()) {
                    return reading.from(found);
                }
            } finally {
                connection.rollback();
            }
        } catch (SQLException failure) {
            throw new JournalUnavailable("the journal cannot be read: " + failure.getMessage(), failure);
        }
    }
}
