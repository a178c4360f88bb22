package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSettingsTest {
    private static final Config DEFAULTS = ConfigFactory.parseResources("everynode-journal.conf");

    private static DatabaseSettings from(String overrides, Path dataDir) {
        return DatabaseSettings.from(
                ConfigFactory.parseString(overrides).withFallback(DEFAULTS.getConfig("everynode.database")), dataDir);
    }

    @Test
    void theDefaultIsAFileInTheDataDirectory() {
        DatabaseSettings settings = from("", Path.of("/data/x/../everynode"));
        assertThat(settings).isEqualTo(DatabaseSettings.h2(Path.of("/data/everynode")));
        assertThat(settings.url()).isEqualTo("jdbc:h2:file:/data/everynode/journal");
        assertThat(settings.place()).isEqualTo("/data/everynode");
    }

    @Test
    void theTailsDefaultsAreTheFiles() {
        assertThat(TailSettings.from(DEFAULTS.getConfig("everynode.journal.tail")))
                .isEqualTo(TailSettings.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind = oracle",
                "kind = postgres",
                "kind = postgres, url = \"jdbc:h2:mem:x\"",
                "kind = h2, url = \"jdbc:postgresql://h/d\""
            })
    void whatDoesNotGoTogetherIsRefused(String overrides) {
        assertThatThrownBy(() -> from(overrides, Path.of("/data"))).isInstanceOf(ConfigException.BadValue.class);
    }

    @Test
    void aDirectoryThatH2CannotNameIsRefused() {
        assertThatThrownBy(() -> from("", Path.of("/data;TRACE_LEVEL_FILE=3")))
                .isInstanceOf(ConfigException.BadValue.class)
                .hasMessageContaining("semicolon");
    }

    @Test
    void h2sUrlSurvivesKill() {
        assertThat(JdbcUrls.forJournal(DatabaseSettings.h2(Path.of("/d")), "m"))
                .isEqualTo("jdbc:h2:file:/d/journal;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000;MAX_COMPACT_TIME=3000"
                        + ";TRACE_LEVEL_FILE=0;WRITE_DELAY=0");
        assertThat(JdbcUrls.forJournal(from("url = \"jdbc:h2:mem:x;lock_timeout=5\"", Path.of("/d")), "m"))
                .contains(";lock_timeout=5;")
                .doesNotContain("LOCK_TIMEOUT");
    }

    @Test
    void postgresUrlNamesTheMemberAndKeepsWhatWasSet() {
        DatabaseSettings settings = from(
                "kind = postgres, url = \"jdbc:postgresql://h/d?sslmode=require&ApplicationName=x&socketTimeout=7"
                        + "&options=-c%20search_path%3Dours\"",
                Path.of("/d"));
        assertThat(JdbcUrls.forJournal(settings, "a:1@b"))
                .startsWith("jdbc:postgresql://h/d?sslmode=require&ApplicationName=everynode%2Fa%3A1%40b&")
                .contains("&socketTimeout=7&")
                .contains("&options=-c%20search_path%3Dours%20-c%20everynode.member%3Da%3A1%40b%20")
                .contains("&reWriteBatchedInserts=true")
                .contains("read%5C%20committed");
        assertThat(settings.place()).isEqualTo("postgresql://h/d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a'b", "a\\b", "a/b", "012345678901234567890123456789012345678901234567890"})
    void aMembersIdIsPlain(String member) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JdbcUrls.forJournal(DatabaseSettings.h2(Path.of("/d")), member));
    }
}
