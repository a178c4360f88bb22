package io.everynode.controlplane.secrets;

import io.everynode.controlplane.journal.JournalUnavailable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The tables beside the journal that hold objects' keys, encrypted, and which master keys they are encrypted with. Each
 * method is a transaction and blocks on the database; it throws {@link JournalUnavailable} if that fails. Thread-safe.
 */
public final class DataKeyTable {

    /** 19650418 has no meaning; who makes the tables holds this lock, as IF NOT EXISTS is no protection. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(19650418)";

    private static final String[] SCHEMA = {
        """
        CREATE TABLE IF NOT EXISTS "secret_key" (
            "key_id" VARCHAR(64) PRIMARY KEY,
            "object_uid" VARCHAR(255) NOT NULL,
            "object" VARCHAR(1024) NOT NULL,
            "master_key" VARCHAR(64) NOT NULL,
            "wrapped" VARCHAR(255) NOT NULL,
            "created_at" TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
        )""", "CREATE INDEX IF NOT EXISTS \"secret_key_uid\" ON \"secret_key\" (\"object_uid\")", """
        CREATE TABLE IF NOT EXISTS "secret_master_key" (
            "master_key" VARCHAR(64) PRIMARY KEY,
            "proof" VARCHAR(255) NOT NULL
        )"""
    };

    private static final String COLUMNS =
            "SELECT \"key_id\", \"object_uid\", \"object\", \"master_key\", \"wrapped\" FROM \"secret_key\"";
    private static final String INSERT = "INSERT INTO \"secret_key\""
            + " (\"key_id\", \"object_uid\", \"object\", \"master_key\", \"wrapped\") VALUES (?, ?, ?, ?, ?)";

    private static final int IDS_AT_A_TIME = 100;

    private final DataSource database;
    private final boolean postgres;

    public DataKeyTable(DataSource database, boolean postgres) {
        this.database = database;
        this.postgres = postgres;
    }

    /** Work on one connection. */
    @FunctionalInterface
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private <T> T transaction(Work<T> work) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failure) {
                connection.rollback();
                throw failure;
            }
        } catch (SQLException failure) {
            throw new JournalUnavailable("the keys of Secrets cannot be reached: " + failure.getMessage(), failure);
        }
    }

    /** Makes the tables if they are not there. */
    public void create() {
        transaction(connection -> {
            if (!exist(connection)) {
                createOn(connection, postgres);
            }
            return null;
        });
    }

    /** All keys of a journal that may have none, nor tables for them, in its own transaction; by id. */
    public static List<WrappedKey> all(Connection connection) throws SQLException {
        return exist(connection) ? allOn(connection, false) : List.of();
    }

    /** Adds keys in its own transaction. */
    public static void insert(Connection connection, List<WrappedKey> keys) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (WrappedKey key : keys) {
                insert(insert, key);
                insert.executeUpdate();
            }
        }
    }

    /** One key under each master key. */
    List<WrappedKey> samples() {
        return transaction(connection -> {
            List<WrappedKey> keys = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(COLUMNS + " WHERE \"key_id\" IN"
                    + " (SELECT min(\"key_id\") FROM \"secret_key\" GROUP BY \"master_key\")")) {
                read(select, keys);
            }
            return keys;
        });
    }

    private static boolean exist(Connection connection) throws SQLException {
        for (String name : new String[] {"secret_key", "secret_master_key"}) {
            try (ResultSet found =
                    connection.getMetaData().getTables(connection.getCatalog(), connection.getSchema(), name, null)) {
                if (!found.next()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void createOn(Connection connection, boolean postgres) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (postgres) {
                statement.execute(LOCK);
            }
            for (String sql : SCHEMA) {
                statement.execute(sql);
            }
        }
    }

    /** Proofs of the master keys that are in use, by id; "" of one that was not noted. */
    Map<String, String> masters() {
        return transaction(connection -> {
            Map<String, String> masters = new LinkedHashMap<>();
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT DISTINCT \"master_key\" FROM \"secret_key\"");
                    ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    masters.put(found.getString(1), "");
                }
            }
            try (PreparedStatement select = connection.prepareStatement(
                            "SELECT \"master_key\", \"proof\" FROM \"secret_master_key\" ORDER BY \"master_key\"");
                    ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    masters.put(found.getString(1), found.getString(2));
                }
            }
            return masters;
        });
    }

    /**
     * Notes that a master key is in use from now on.
     *
     * @param onlyFirst nothing is noted when another one is, as another member may have been first
     */
    void use(String master, String proof, boolean onlyFirst) {
        transaction(connection -> {
            if (postgres) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(LOCK);
                }
            }
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO \"secret_master_key\""
                    + " (\"master_key\", \"proof\") SELECT ?, ? WHERE NOT EXISTS"
                    + " (SELECT 1 FROM \"secret_master_key\" WHERE ? OR \"master_key\" = ?)")) {
                insert.setString(1, master);
                insert.setString(2, proof);
                insert.setBoolean(3, onlyFirst);
                insert.setString(4, master);
                insert.executeUpdate();
            }
            return null;
        });
    }

    void insert(WrappedKey key) {
        transaction(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insert(insert, key);
                insert.executeUpdate();
            }
            return null;
        });
    }

    private static void insert(PreparedStatement insert, WrappedKey key) throws SQLException {
        insert.setString(1, key.id());
        insert.setString(2, key.uid());
        insert.setString(3, key.object());
        insert.setString(4, key.master());
        insert.setString(5, key.wrapped());
    }

    /** Those of these ids that are there. */
    List<WrappedKey> find(Collection<String> ids) {
        return transaction(connection -> {
            List<WrappedKey> keys = new ArrayList<>();
            List<String> wanted = List.copyOf(ids);
            for (int from = 0; from < wanted.size(); from += IDS_AT_A_TIME) {
                List<String> some = wanted.subList(from, Math.min(wanted.size(), from + IDS_AT_A_TIME));
                String marks = "?, ".repeat(some.size() - 1) + "?";
                try (PreparedStatement select =
                        connection.prepareStatement(COLUMNS + " WHERE \"key_id\" IN (" + marks + ")")) {
                    for (int i = 0; i < some.size(); i++) {
                        select.setString(i + 1, some.get(i));
                    }
                    read(select, keys);
                }
            }
            return keys;
        });
    }

    /** All, by id. @param settled only those that were made ten minutes ago or before */
    List<WrappedKey> all(boolean settled) {
        return transaction(connection -> allOn(connection, settled));
    }

    private static List<WrappedKey> allOn(Connection connection, boolean settled) throws SQLException {
        List<WrappedKey> keys = new ArrayList<>();
        String where = settled ? " WHERE \"created_at\" < CURRENT_TIMESTAMP - INTERVAL '10' MINUTE" : "";
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + where + " ORDER BY \"key_id\"")) {
            read(select, keys);
        }
        return keys;
    }

    private static void read(PreparedStatement select, List<WrappedKey> into) throws SQLException {
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                into.add(new WrappedKey(
                        found.getString(1),
                        found.getString(2),
                        found.getString(3),
                        found.getString(4),
                        found.getString(5)));
            }
        }
    }

    /** Destroys all keys of an object; how many there were. */
    int destroy(String uid) {
        return transaction(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM \"secret_key\" WHERE \"object_uid\" = ?")) {
                delete.setString(1, uid);
                return delete.executeUpdate();
            }
        });
    }

    /** Puts a key under another master key, if it is still there as it was. */
    void rewrap(WrappedKey before, WrappedKey after) {
        transaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement("UPDATE \"secret_key\""
                    + " SET \"master_key\" = ?, \"wrapped\" = ? WHERE \"key_id\" = ? AND \"master_key\" = ?")) {
                update.setString(1, after.master());
                update.setString(2, after.wrapped());
                update.setString(3, before.id());
                update.setString(4, before.master());
                update.executeUpdate();
            }
            return null;
        });
    }

    /** Forgets a master key if no key is encrypted with it. */
    void disuse(String master) {
        transaction(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM \"secret_master_key\""
                    + " WHERE \"master_key\" = ? AND NOT EXISTS"
                    + " (SELECT 1 FROM \"secret_key\" WHERE \"secret_key\".\"master_key\" = ?)")) {
                delete.setString(1, master);
                delete.setString(2, master);
                delete.executeUpdate();
            }
            return null;
        });
    }
}
