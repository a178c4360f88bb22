package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalPluginConfigTest {
    private final Config reference = ConfigFactory.defaultReference();
    private final Config chosen = JournalPlugin.config(DatabaseSettings.h2(Path.of("/d")), "jdbc:h2:file:/d/journal");
    private final Config ours = chosen.withFallback(ConfigFactory.parseResources("everynode-journal.conf"));

    /** A misspelt key would be without effect and without a word; each of ours must be one that Pekko knows. */
    @ParameterizedTest
    @CsvSource({
        "jdbc-journal,pekko.persistence.journal-plugin-fallback",
        "jdbc-read-journal,",
        "pekko.persistence,",
    })
    void everyKeyIsKnown(String section, String fallback) {
        Config known = reference.getConfig(section);
        if (fallback != null) {
            known = known.withFallback(reference.getConfig(fallback));
        }
        for (var entry : ours.getConfig(section).entrySet()) {
            assertThat(known.hasPathOrNull(entry.getKey()))
                    .as(section + "." + entry.getKey())
                    .isTrue();
        }
    }

    @Test
    void slickNeedsAsManyThreadsAsConnections() {
        Config db = ours.getConfig("pekko-persistence-jdbc.shared-databases.slick.db");
        assertThat(db.getInt("numThreads")).isEqualTo(db.getInt("maxConnections"));
        assertThat(db.getString("url")).isEqualTo("jdbc:h2:file:/d/journal");
    }

    @Test
    void oneTransactionAtATimeKeepsTheOrder() {
        Config careless = chosen.withFallback(ConfigFactory.parseString("jdbc-journal.parallelism = 8"));
        assertThat(careless.getInt("jdbc-journal.parallelism")).isEqualTo(1);
    }
}
