package io.everynode.controlplane.membership;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The statements on {@code cluster_member}. Each takes the connection to use; all times are the database's. Not safe
 * for several threads on one connection.
 */
final class MemberTable {

    /** Held while a cluster is founded. The number has no meaning and must never change. */
    private static final long FOUNDING_LOCK = 19650418L;

    private MemberTable() {}

    /** What a renewal found out. */
    enum Renewal {
        DONE,
        /** The row is not there: somebody fenced this member, or the table was emptied. */
        MISSING,
        /** This member is fenced. */
        FENCED
    }

    static void register(Connection connection, String member, String address, String version) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO cluster_member"
                + " (member_id, address, state, version, heartbeat_at) VALUES (?, ?, 'joining', ?, clock_timestamp())"
                + " ON CONFLICT (member_id) DO NOTHING")) {
            insert.setString(1, member);
            insert.setString(2, address);
            insert.setString(3, version);
            insert.executeUpdate();
        }
    }

    static Renewal renew(Connection connection, String member, String apiAddress) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE cluster_member"
                + " SET heartbeat_at = clock_timestamp(), api_address = ? WHERE member_id = ?")) {
            update.setString(1, apiAddress);
            update.setString(2, member);
            boolean there = update.executeUpdate() > 0;
            if (fenced(connection, member)) {
                return Renewal.FENCED;
            }
            return there ? Renewal.DONE : Renewal.MISSING;
        }
    }

    /**
     * Makes this member one that is fenced before others take its shards over.
     *
     * @return false if it has no row
     */
    static boolean up(Connection connection, String member) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE cluster_member" + " SET state = 'up', heartbeat_at = clock_timestamp() WHERE member_id = ?")) {
            update.setString(1, member);
            return update.executeUpdate() > 0;
        }
    }

    static boolean fenced(Connection connection, String member) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT 1 FROM fenced_member WHERE member_id = ?")) {
            select.setString(1, member);
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        }
    }

    static void remove(Connection connection, String member) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM cluster_member WHERE member_id = ?")) {
            delete.setString(1, member);
            delete.executeUpdate();
        }
    }

    /** The members that may write, but for this one. */
    static List<String> othersUp(Connection connection, String self) throws SQLException {
        List<String> up = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT member_id FROM cluster_member WHERE state = 'up' AND member_id <> ? ORDER BY member_id")) {
            select.setString(1, self);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    up.add(found.getString(1));
                }
            }
        }
        return up;
    }

    /**
     * All other JVMs that are not fenced: those with a row, and those without one whose sessions are there. A session
     * of a JVM of any version asks several times a second, so that it was heard when its newest one was busy last.
     */
    static List<Formation.Other> others(Connection connection, String self) throws SQLException {
        List<Formation.Other> others = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT member_id, address, state,
                       extract(epoch FROM clock_timestamp() - heartbeat_at) AS silence
                  FROM cluster_member WHERE member_id <> ?
                   AND NOT EXISTS (SELECT 1 FROM fenced_member f WHERE f.member_id = cluster_member.member_id)
                UNION ALL
                SELECT substr(application_name, 11), '', 'unknown',
                       min(CASE WHEN state = 'active' THEN 0
                           ELSE extract(epoch FROM clock_timestamp() - state_change) END)
                  FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name LIKE 'everynode/%'
                   AND state_change IS NOT NULL
                   AND substr(application_name, 11) <> ?
                   AND NOT EXISTS (SELECT 1 FROM cluster_member m WHERE m.member_id = substr(application_name, 11))
                   AND NOT EXISTS (SELECT 1 FROM fenced_member f WHERE f.member_id = substr(application_name, 11))
                 GROUP BY application_name
                 ORDER BY 1""")) {
            select.setString(1, self);
            select.setString(2, self);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    others.add(new Formation.Other(
                            found.getString(1),
                            found.getString(2),
                            Formation.State.valueOf(found.getString(3).toUpperCase(Locale.ROOT)),
                            Duration.ofMillis(Math.max(0, Math.round(found.getDouble(4) * 1000)))));
                }
            }
        }
        return others;
    }

    /** Held to the end of the transaction; false if somebody else has it. */
    static boolean lockFounding(Connection connection) throws SQLException {
        try (Statement lock = connection.createStatement();
                ResultSet taken = lock.executeQuery("SELECT pg_try_advisory_xact_lock(" + FOUNDING_LOCK + ")")) {
            taken.next();
            return taken.getBoolean(1);
        }
    }

    /** Rows of JVMs that ended while they were joining; they never wrote. */
    static void removeLostJoiners(Connection connection) throws SQLException {
        try (Statement delete = connection.createStatement()) {
            delete.executeUpdate("DELETE FROM cluster_member"
                    + " WHERE state = 'joining' AND heartbeat_at < clock_timestamp() - interval '60 s'");
        }
    }

    /**
     * The member whose session holds the journal's lock and has left it idle for more than this; empty if there is
     * none. A slow database does not count: then the session is busy.
     */
    static Optional<String> idleWriter(Connection connection, long journalLock, Duration atLeast) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT substr(a.application_name, 11) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = 0
                   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND l.objid::bigint = ? AND a.application_name LIKE 'everynode/%'
                   AND (a.state LIKE 'idle in transaction%' OR a.wait_event_type = 'Client')
                   AND a.state_change < clock_timestamp() - ? * interval '1 ms'""")) {
            select.setLong(1, journalLock);
            select.setLong(2, atLeast.toMillis());
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(found.getString(1)) : Optional.empty();
            }
        }
    }
}
