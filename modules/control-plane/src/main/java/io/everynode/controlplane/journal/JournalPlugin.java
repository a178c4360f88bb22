package io.everynode.controlplane.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;

/** The Pekko configuration by which pekko-persistence-jdbc writes our journal. */
final class JournalPlugin {
    private static final String SLICK = "pekko-persistence-jdbc.shared-databases.slick.";

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
                                settings.password()),
                        "database settings")
                .withFallback(
                        ConfigFactory.parseResources(JournalPlugin.class.getClassLoader(), "everynode-journal.conf"));
    }
}
