package io.everynode.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.secrets.MasterKeySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Option;

/** Which database a command of {@code everynode journal} means; the same options as those of the server. */
final class JournalPlace {

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "The data directory of a server on H2 (default: ${DEFAULT-VALUE}).")
    private Path dataDir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The server's settings, which may name another database (see config/postgres.conf).")
    private Path config;

    /** A database that no server has open, as far as a data directory can tell. */
    static final class Held implements AutoCloseable {
        private final DatabaseSettings settings;
        private final MasterKeySource masterKeys;
        private final DataDirectory directory;

        private Held(DatabaseSettings settings, MasterKeySource masterKeys, DataDirectory directory) {
            this.settings = settings;
            this.masterKeys = masterKeys;
            this.directory = directory;
        }

        DatabaseSettings settings() {
            return settings;
        }

        /** Where its server has the master keys of Secrets from; they are not read yet. */
        MasterKeySource masterKeys() {
            return masterKeys;
        }

        @Override
        public void close() {
            if (directory != null) {
                directory.close();
            }
        }
    }

    /** Of a database that is there: a directory that is not there is not made. */
    Held existing() throws StartFailure {
        Config settings = Settings.load(config, Map.of());
        if (isDirectory(settings) && !Files.isDirectory(dataDir)) {
            throw new StartFailure("there is no data directory " + dataDir);
        }
        return hold(settings);
    }

    /** Of a database that may have to be made. */
    Held existingOrNew() throws StartFailure {
        return hold(Settings.load(config, Map.of()));
    }

    private Held hold(Config settings) throws StartFailure {
        DatabaseSettings database;
        MasterKeySource masterKeys;
        try {
            database = DatabaseSettings.from(settings.getConfig("everynode.database"), dataDir);
            masterKeys = MasterKeySource.of(settings.getConfig("everynode.secrets"), dataDir);
        } catch (ConfigException e) {
            throw new StartFailure("broken configuration: " + StartFailure.firstLine(e), e);
        }
        return new Held(database, masterKeys, isDirectory(settings) ? DataDirectory.open(dataDir) : null);
    }

    private static boolean isDirectory(Config settings) {
        Config database = settings.getConfig("everynode.database");
        return database.getString("kind").equalsIgnoreCase("h2")
                && database.getString("url").isEmpty();
    }

    /** By which the database knows this process. */
    static String member() {
        return "tool-" + UUID.randomUUID();
    }

    /** Before anything is logged: the log of a server is not this command's. */
    static void keepNoLog() {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "logback-tool.xml");
        }
    }
}
