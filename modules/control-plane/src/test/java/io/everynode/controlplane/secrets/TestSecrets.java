package io.everynode.controlplane.secrets;

import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.journal.FormatGate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** Keys of Secrets in a database in memory. */
public final class TestSecrets {

    private TestSecrets() {}

    public static DataSource database() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return database;
    }

    public static MasterKeySource source(Path file) {
        return MasterKeySource.of(ConfigFactory.parseMap(Map.of("key-file", file.toString(), "key-command", "")), null);
    }

    /** With a master key of their own. */
    public static SecretKeys keys(FormatGate gate) {
        try {
            Path file = Files.createTempFile("everynode-secrets", ".keys");
            Files.writeString(file, MasterKeys.newLine() + "\n");
            SecretKeys keys = SecretKeys.open(new DataKeyTable(database(), false), source(file), gate);
            Files.delete(file);
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
