package io.everynode.controlplane.journal;

import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.h2.api.ErrorCode;

/** Says in one line why a database could not be opened. */
final class DatabaseErrors {
    private DatabaseErrors() {}

    static DatabaseUnavailable explain(DatabaseSettings settings, Throwable failure) {
        SQLException sql = find(SQLException.class, failure);
        FlywayException flyway = find(FlywayException.class, failure);
        String message;
        if (sql != null) {
            message = settings.kind() == DatabaseSettings.Kind.H2 ? h2(settings, sql) : postgres(settings, sql);
        } else if (flyway != null) {
            message = schema(settings, flyway);
        } else {
            message = "database " + settings.place() + " cannot be opened: " + firstLine(failure);
        }
        boolean passing = settings.kind() == DatabaseSettings.Kind.POSTGRES && sql != null && passing(sql);
        return new DatabaseUnavailable(message, failure, passing, sql != null && untrusted(sql));
    }

    /** A certificate of another authority, or of another host, which the driver tells in words only. */
    private static boolean untrusted(SQLException failure) {
        return find(CertificateException.class, failure) != null
                || String.valueOf(failure.getMessage()).contains("could not be verified by hostnameverifier");
    }

    /**
     * Whether PostgreSQL is away rather than wrong: no connection (08), it starts or stops (57P), lacks resources (53).
     * A host that has no address is a typing error.
     */
    static boolean passing(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        // The last is a pool that has got no connection in its time.
        return (state.startsWith("08")
                        || state.startsWith("57P")
                        || state.startsWith("53")
                        || failure instanceof SQLTransientConnectionException)
                && find(UnknownHostException.class, failure) == null;
    }

    private static String h2(DatabaseSettings settings, SQLException failure) {
        String place = settings.place();
        return switch (failure.getErrorCode()) {
            case ErrorCode.DATABASE_ALREADY_OPEN_1 -> "data directory " + place + " is locked by another process";
            case ErrorCode.WRONG_USER_OR_PASSWORD -> wrongPassword(settings);
            case ErrorCode.FILE_CORRUPTED_1 -> "the database in " + place + " is damaged: " + firstLine(failure);
            case ErrorCode.FILE_VERSION_ERROR_1 -> "the database in " + place + " was written by another version of H2";
            default -> "the database in " + place + " cannot be opened: " + firstLine(failure);
        };
    }

    private static String postgres(DatabaseSettings settings, SQLException failure) {
        String place = settings.place();
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (state.equals("28P01") || state.equals("28000")) {
            return wrongPassword(settings);
        }
        if (state.equals("3D000")) {
            return "database " + place + " does not exist";
        }
        if (state.equals("42501")) {
            return "user " + settings.user() + " lacks a right in database " + place + ": " + firstLine(failure);
        }
        if (untrusted(failure)) {
            return "database " + place + " shows a certificate that is not trusted: " + firstLine(failure);
        }
        if (state.startsWith("08") || state.startsWith("57P")) {
            return "database " + place + " is not reachable: " + firstLine(failure);
        }
        if (state.equals("53300")) {
            return "database " + place + " has no connection left: " + firstLine(failure);
        }
        return "database " + place + " cannot be opened: " + firstLine(failure);
    }

    private static String wrongPassword(DatabaseSettings settings) {
        return "database " + settings.place() + " refuses user \"" + settings.user() + "\": wrong user or password";
    }

    private static String schema(DatabaseSettings settings, FlywayException failure) {
        if (failure.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
            return "database " + settings.place() + " holds tables that are not ours; give Everynode an empty one";
        }
        return "the tables in database " + settings.place() + " are not as this program left them: "
                + firstLine(failure);
    }

    private static <T extends Throwable> T find(Class<T> type, Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }
}
