package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.everynode.apiserver.authentication.AuthenticationMode;
import io.everynode.apiserver.pki.PkiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerIdentityTest {

    @TempDir
    Path temp;

    private static ApiServerSettings settings(String config) {
        return ApiServerSettings.from(ConfigFactory.parseString(config));
    }

    @Test
    void byDefaultNobodyHasToSayWhoTheyAreAndNothingIsMade() throws Exception {
        ApiServerSettings settings = settings("");

        assertThat(settings.authentication()).isEqualTo(AuthenticationMode.NONE);
        assertThat(ServerIdentity.open(settings, temp, InstantSource.system())).isEqualTo(ServerIdentity.NONE);
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void authenticationWithoutTlsIsRefused() {
        assertThatThrownBy(() -> ServerIdentity.open(
                        settings("everynode.authentication.mode = required"), temp, InstantSource.system()))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("needs everynode.api-server.tls.mode = on");
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void anUnknownModeIsRefused() {
        assertThatThrownBy(() -> settings("everynode.authentication.mode = maybe"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none or required");
    }

    @Test
    void theDirectoryMayBeElsewhere() throws Exception {
        Path other = temp.resolve("other");
        ServerIdentity identity = ServerIdentity.open(
                settings("everynode.api-server.tls { mode = on, directory = \"" + other + "\" }"),
                temp.resolve("data"),
                InstantSource.system());

        assertThat(identity.tls()).isPresent();
        assertThat(other.resolve("ca.key")).exists();
        assertThat(Files.exists(temp.resolve("data"))).isFalse();
    }
}
