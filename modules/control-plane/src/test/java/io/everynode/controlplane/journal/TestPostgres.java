package io.everynode.controlplane.journal;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL for all tests of this JVM, ended with it; each test takes a database of its own. */
final class TestPostgres {
    static {
        TestLogs.quiet();
    }

    private static final EmbeddedPostgres SERVER = start();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestPostgres() {}

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException failure) {
            throw new IllegalStateException("PostgreSQL does not start", failure);
        }
    }

    static DatabaseSettings freshDatabase() {
        String name = "journal" + DATABASES.incrementAndGet();
        execute("CREATE DATABASE " + name);
        return settings(name, "postgres", "postgres");
    }

    static DatabaseSettings settings(String database, String user, String password) {
        return new DatabaseSettings(
                DatabaseSettings.Kind.POSTGRES,
                "jdbc:postgresql://localhost:" + SERVER.getPort() + "/" + database,
                user,
                password);
    }

    /** As the superuser, in a database that no test uses. */
    static void execute(String sql) {
        try (Connection connection = SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }
}
