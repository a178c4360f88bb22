package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.typesafe.config.Config;
import io.everynode.nodes.HollowSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    private static final String PORT = "everynode.api-server.port";

    @TempDir
    Path temp;

    @Test
    void aFileWinsOverDefaultsAndAFlagOverAFile() throws Exception {
        assertThat(Settings.load(null, Map.of()).getInt(PORT)).isEqualTo(6443);
        Path file = Files.writeString(temp.resolve("a.conf"), PORT + " = 7000\n");
        assertThat(Settings.load(file, Map.of()).getInt(PORT)).isEqualTo(7000);
        assertThat(Settings.load(file, Map.of(PORT, 8000)).getInt(PORT)).isEqualTo(8000);
    }

    @Test
    void theModulesDefaultsAreThere() throws Exception {
        Config config = Settings.load(null, Map.of());
        assertThat(config.getString("everynode.database.kind")).isEqualTo("h2");
        assertThat(config.getString("pekko.actor.provider")).isEqualTo("cluster");
        assertThat(HollowSettings.of(config)).isEqualTo(HollowSettings.DEFAULT);
    }

    @Test
    void theFilesThatComeWithTheProgramAreRead() throws Exception {
        for (String name : List.of("server.conf", "postgres.conf")) {
            Path file = Path.of("../../config", name);
            assertThatCode(() -> Settings.load(file, Map.of())).as(name).doesNotThrowAnyException();
        }
        assertThat(Settings.load(Path.of("../../config/postgres.conf"), Map.of())
                        .getString("everynode.database.kind"))
                .isEqualTo("postgres");
    }

    @Test
    void everySettingThatServerConfShowsHasTheDefaultItShows() throws Exception {
        String shown =
                Files.readString(Path.of("../../config/server.conf")).replaceAll("(?m)^  # ([a-z-]+ = )", "  $1");
        Path file = Files.writeString(temp.resolve("shown.conf"), shown);
        Config with = Settings.load(file, Map.of());
        assertThat(with.getConfig("everynode.api-server").getBytes("max-body")).isEqualTo(3 << 20);
        assertThat(with.getConfig("everynode.api-server.http"))
                .isEqualTo(Settings.load(null, Map.of()).getConfig("everynode.api-server.http"));
        assertThat(HollowSettings.of(with)).isEqualTo(HollowSettings.DEFAULT);
        assertThat(with.getConfig("everynode.database").root().unwrapped())
                .isEqualTo(Settings.load(null, Map.of())
                        .getConfig("everynode.database")
                        .root()
                        .unwrapped());
    }
}
