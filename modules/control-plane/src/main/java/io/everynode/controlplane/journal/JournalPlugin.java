package io.everynode.controlplane.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;

/** The part of the configuration of pekko-persistence-jdbc that is not for anybody to choose. */
final class JournalPlugin {
    private static final String DATABASE = "slick";
    private static final String SLICK = "pekko-persistence-jdbc.shared-databases." + DATABASE + ".";

    private JournalPlugin() {}

    static Config config(DatabaseSettings settings, String jdbcUrl) {
        return ConfigFactory.parseMap(
                Map.of(
                        SLICK + "profile",
                        settings.kind().slickProfile,
                        SLICK + "db.driver",
                        settings.kind().driver,
                        SLICK + "db.url",
                        jdbcUrl,
                        SLICK + "db.user",
                        settings.user(),
                        SLICK + "db.password",
                        settings.password(),
                        // With more than one transaction at a time on H2, orderings would not be in commit order.
                        "jdbc-journal.parallelism",
                        1,
                        "jdbc-journal.use-shared-db",
                        DATABASE),
                "database settings");
    }
}
