package io.everynode.controlplane.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Shuts members of the cluster out of the journal, on PostgreSQL. A member that others believe dead may still run: it
 * was frozen, or is cut off from them but not from the database. Its shards may be taken over only when it can write no
 * more, and that is what {@link #fence} establishes. It is for ever: a JVM comes back under a new id.
 *
 * <p>All methods block on the database and throw {@link JournalUnavailable} if it fails. Safe for several threads.
 */
public final class MemberFence {
    /** The advisory lock that every writer of the journal holds; the same number as in the schema's trigger. */
    public static final long JOURNAL_LOCK = 19650417L;

    /** The SQLSTATE of a write that was refused because its member is fenced. */
    public static final String FENCED = "EVF01";

    private static final String APPLICATION = "everynode/";

    /** Held while a member is put into the table, so that of two that fence each other one succeeds. */
    private static final long FENCING_LOCK = 19650419L;

    private final DataSource dataSource;
    private final String self;

    MemberFence(DataSource dataSource, String self) {
        this.dataSource = dataSource;
        this.self = self;
    }

    /** The name by which a member's sessions are found in {@code pg_stat_activity}. */
    static String applicationName(String member) {
        return APPLICATION + member;
    }

    /**
     * Fences a member and ends its database sessions. When this returns, everything that the member ever wrote is
     * visible to readers, and it will write nothing more. Doing it again does no harm. Of two members that fence each
     * other one succeeds.
     *
     * @param member not this JVM's own id
     * @param reason for people who look at the table later
     * @throws MemberFenced if this JVM's member is fenced itself, after which it fences nobody
     */
    public void fence(String member, String reason) {
        if (member.equals(self)) {
            throw new IllegalArgumentException("a member does not fence itself");
        }
        try (Connection connection = dataSource.getConnection()) {
            record(connection, member, reason);
            connection.setAutoCommit(true);
            try (PreparedStatement end = connection.prepareStatement("SELECT pg_terminate_backend(pid)"
                    + " FROM pg_stat_activity WHERE datname = current_database() AND application_name = ?")) {
                end.setString(1, applicationName(member));
                end.executeQuery().close();
            }
            awaitEarlierWrites(connection);
        } catch (SQLException failure) {
            throw new JournalUnavailable("cannot fence member " + member + ": " + failure.getMessage(), failure);
        }
    }

    private void record(Connection connection, String member, String reason) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement lock = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO fenced_member"
                        + " (member_id, fenced_by, reason) VALUES (?, ?, ?) ON CONFLICT (member_id) DO NOTHING")) {
            lock.execute("SELECT pg_advisory_xact_lock(" + FENCING_LOCK + ")");
            if (isFenced(connection, self)) {
                throw new MemberFenced("this member is fenced and may not fence " + member);
            }
            insert.setString(1, member);
            insert.setString(2, self);
            insert.setString(3, reason);
            insert.executeUpdate();
            connection.commit();
        } finally {
            // Without effect after the commit.
            connection.rollback();
        }
    }

    private static boolean isFenced(Connection connection, String member) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT member_id FROM fenced_member WHERE member_id = ?")) {
            select.setString(1, member);
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        }
    }

    // Whoever was in its transaction when the row above was committed holds this lock until it is over; whoever takes
    // it later sees the row. Outside of a transaction the statement lets go of it at its end.
    private static void awaitEarlierWrites(Connection connection) throws SQLException {
        try (Statement lock = connection.createStatement()) {
            lock.execute("SELECT pg_advisory_xact_lock(" + JOURNAL_LOCK + ")");
        }
    }

    /** Whether a member is fenced; a JVM that finds itself fenced must end. */
    public boolean isFenced(String member) {
        return ask("SELECT member_id FROM fenced_member WHERE member_id = ?", member)
                .isPresent();
    }

    /**
     * The member that holds the writers' lock now, if it is one of ours: whom to suspect when a write takes longer than
     * 2 s.
     */
    public Optional<String> writer() {
        return ask("""
                        SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = 0
                           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                           AND l.objid::bigint = ?::bigint""", Long.toString(JOURNAL_LOCK))
                .filter(name -> name.startsWith(APPLICATION))
                .map(name -> name.substring(APPLICATION.length()));
    }

    private Optional<String> ask(String sql, String parameter) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, parameter);
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
            }
        } catch (SQLException failure) {
            throw new JournalUnavailable("the fence cannot be read: " + failure.getMessage(), failure);
        }
    }
}
