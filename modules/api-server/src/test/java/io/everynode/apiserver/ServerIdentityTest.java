package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.everynode.apiserver.authentication.AuthenticationMode;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.core.authorization.AuthorizationMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerIdentityTest {

    @TempDir
    Path temp;

    private static ApiServerSettings settings(String config) {
        return ApiServerSettings.from(ConfigFactory.parseString(config));
    }

    @Test
    void byDefaultAllDoorsAreClosed() throws Exception {
        ApiServerSettings settings = settings("");

        assertThat(settings.tls().on()).isTrue();
        assertThat(settings.authentication()).isEqualTo(AuthenticationMode.REQUIRED);
        assertThat(settings.authorization().mode()).isEqualTo(AuthorizationMode.RBAC);
        assertThat(ServerIdentity.open(settings, temp, InstantSource.system()).tls())
                .isPresent();
    }

    @Test
    void withoutTlsNothingIsMade() throws Exception {
        assertThat(ServerIdentity.open(settings(TestServer.OPEN_DOORS), temp, InstantSource.system()))
                .isEqualTo(ServerIdentity.NONE);
        assertThat(temp).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "off, 127.0.0.1, true",
        "off, 127.3.2.1, true",
        "off, localhost, true",
        "off, ::1, true",
        "off, 0.0.0.0, false",
        "off, ::, false",
        "off, 192.0.2.1, false",
        "on, 127.0.0.1, true",
        "on, 0.0.0.0, false"
    })
    void whereEverybodyIsTheAdministratorOnlyLoopbackIsServed(String tls, String host, boolean served) {
        ApiServerSettings settings = settings("everynode.authentication.mode = none\neverynode.api-server { host = \""
                + host + "\", tls.mode = " + tls + " }");

        ThrowingCallable start = () -> ServerIdentity.open(settings, temp, InstantSource.system());
        if (served) {
            assertThatCode(start).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(start)
                    .isInstanceOf(PkiException.class)
                    .hasMessageContaining("on loopback only, not on " + host);
        }
    }

    @Test
    void authenticationWithoutTlsIsRefused() {
        assertThatThrownBy(() -> ServerIdentity.open(
                        settings("everynode.api-server.tls.mode = off"), temp, InstantSource.system()))
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
