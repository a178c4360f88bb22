package io.everynode.controlplane.journal;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * PostgreSQL's driver for pools of connections: while the server is away it tries again several times a second. A pool
 * by itself waits up to 5 s between its attempts, and writes would stand still so long after the server is back.
 *
 * <p>It is not registered with DriverManager; pools are given its name. Thread-safe.
 */
public final class PatientDriver implements Driver {

    private static final long BETWEEN_ATTEMPTS_MILLIS = 100;

    /** Then the failure is told to the pool, which asks again. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Driver driver = new org.postgresql.Driver();

    @Override
    public Connection connect(String url, Properties properties) throws SQLException {
        long began = System.nanoTime();
        while (true) {
            try {
                return driver.connect(url, properties);
            } catch (SQLException away) {
                if (!DatabaseErrors.passing(away) || System.nanoTime() - began > PATIENCE_NANOS) {
                    throw away;
                }
                pause(away);
            }
        }
    }

    /** The pool's thread is interrupted when the pool is closed. */
    private static void pause(SQLException away) throws SQLException {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS_MILLIS);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            throw away;
        }
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
        return driver.acceptsURL(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) throws SQLException {
        return driver.getPropertyInfo(url, properties);
    }

    @Override
    public int getMajorVersion() {
        return driver.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
        return driver.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
        return driver.jdbcCompliant();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return driver.getParentLogger();
    }
}
