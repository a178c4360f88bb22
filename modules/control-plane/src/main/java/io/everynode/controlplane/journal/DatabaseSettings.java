package io.everynode.controlplane.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Which database holds the journal.
 *
 * @param kind what it is
 * @param url its JDBC URL, without user and password; {@link JdbcUrls} adds what the journal needs
 * @param user who connects
 * @param password never printed by {@link #toString}
 */
public record DatabaseSettings(Kind kind, String url, String user, String password) {
    /** The databases we have a schema for. */
    public enum Kind {
        /** A file, or memory in tests; for one JVM. */
        H2("jdbc:h2:", "org.h2.Driver", "slick.jdbc.H2Profile$"),
        /** For one or several JVMs. */
        POSTGRES("jdbc:postgresql:", PatientDriver.class.getName(), "slick.jdbc.PostgresProfile$");

        final String urlPrefix;
        final String driver;
        final String slickProfile;

        Kind(String urlPrefix, String driver, String slickProfile) {
            this.urlPrefix = urlPrefix;
            this.driver = driver;
            this.slickProfile = slickProfile;
        }
    }

    /** @throws IllegalArgumentException if the URL is not one of this kind */
    public DatabaseSettings {
        if (!url.startsWith(kind.urlPrefix)) {
            throw new IllegalArgumentException("the URL of a database of kind "
                    + kind.name().toLowerCase(Locale.ROOT) + " must start with " + kind.urlPrefix);
        }
    }

    /**
     * Reads the settings at {@code everynode.database} (see everynode-journal.conf).
     *
     * @param config with {@code kind}, {@code url}, {@code user} and {@code password} at its root
     * @param dataDir where H2 keeps its file if no URL is set
     * @throws ConfigException if a setting is missing or wrong; the message says which
     */
    public static DatabaseSettings from(Config config, Path dataDir) {
        Kind kind;
        try {
            kind = Kind.valueOf(config.getString("kind").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new ConfigException.BadValue(
                    config.getValue("kind").origin(), "kind", "must be h2 or postgres", unknown);
        }
        String url = config.getString("url");
        try {
            if (url.isEmpty() && kind == Kind.H2) {
                url = h2Url(dataDir);
            }
            return new DatabaseSettings(kind, url, config.getString("user"), config.getString("password"));
        } catch (IllegalArgumentException wrong) {
            throw new ConfigException.BadValue(config.getValue("url").origin(), "url", wrong.getMessage(), wrong);
        }
    }

    /** The journal of a data directory: H2's file {@code journal.mv.db} in it, made when first opened. */
    public static DatabaseSettings h2(Path dataDir) {
        return new DatabaseSettings(Kind.H2, h2Url(dataDir), "everynode", "");
    }

    private static String h2Url(Path dataDir) {
        Path file = dataDir.toAbsolutePath().normalize().resolve("journal");
        if (file.toString().indexOf(';') >= 0) {
            throw new IllegalArgumentException("H2 cannot open a path with a semicolon: " + dataDir);
        }
        return Kind.H2.urlPrefix + "file:" + file;
    }

    /** The database as messages name it: for H2 its directory, else the URL without parameters. */
    public String place() {
        String bare = url.split("[;?]", 2)[0];
        String file = Kind.H2.urlPrefix + "file:";
        if (!bare.startsWith(file)) {
            return bare.substring("jdbc:".length());
        }
        Path parent = Path.of(bare.substring(file.length())).getParent();
        return parent == null ? bare : parent.toString();
    }

    @Override
    public String toString() {
        return "DatabaseSettings[kind=" + kind + ", url=" + url + ", user=" + user + "]";
    }
}
