package io.everynode.controlplane.membership;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** Leases in the database, by the database's clock. Blocks; safe for several threads. */
final class LeaseTable {

    /** Opens a connection, which the caller closes. */
    interface Connections {
        Connection open() throws SQLException;
    }

    private final Connections connections;

    LeaseTable(DataSource dataSource) {
        this.connections = dataSource::getConnection;
    }

    /** On H2, where a JVM is alone. */
    private LeaseTable() {
        this.connections = null;
    }

    static LeaseTable alone() {
        return new LeaseTable();
    }

    /** Takes a lease that is free or the owner's own, or renews it. */
    boolean take(String name, String owner, Duration time) throws SQLException {
        if (connections == null) {
            return true;
        }
        try (Connection connection = connections.open();
                PreparedStatement upsert = connection.prepareStatement("""
                        INSERT INTO cluster_lease AS held (name, owner, held_until)
                        SELECT ?, ?, clock_timestamp() + ? * interval '1 ms'
                         WHERE NOT EXISTS (SELECT 1 FROM fenced_member WHERE member_id = ?)
                        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, held_until = excluded.held_until
                         WHERE held.owner = excluded.owner OR held.held_until < clock_timestamp()
                            OR EXISTS (SELECT 1 FROM fenced_member WHERE member_id = held.owner)""")) {
            upsert.setString(1, name);
            upsert.setString(2, owner);
            upsert.setLong(3, time.toMillis());
            upsert.setString(4, owner);
            return upsert.executeUpdate() > 0;
        }
    }

    /** Lets go of it; nothing happens if somebody else has it. */
    void free(String name, String owner) throws SQLException {
        if (connections == null) {
            return;
        }
        try (Connection connection = connections.open();
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM cluster_lease WHERE name = ? AND owner = ?")) {
            delete.setString(1, name);
            delete.setString(2, owner);
            delete.executeUpdate();
        }
    }
}
