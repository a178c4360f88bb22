package io.everynode.apiserver.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsTest {

    @TempDir
    Path temp;

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private PkiDirectory directory;
    private Path clients;

    @BeforeEach
    void open() throws Exception {
        directory = new PkiDirectory(temp.resolve("pki"), () -> now);
        clients = temp.resolve("clients.crt");
        Files.writeString(clients, Pem.of(List.of(authority("one"))));
    }

    private X509Certificate authority(String name) throws PkiException {
        return new PkiDirectory(temp.resolve(name), () -> now).authorityOrNew().certificate();
    }

    private static TlsSettings settings(String more) {
        String defaults = "mode = on, directory = \"\", names = [], cert-file = \"\", key-file = \"\", "
                + "ca-cert-file = \"\", client-ca-file = \"\"";
        return TlsSettings.of(ConfigFactory.parseString(more)
                .withFallback(ConfigFactory.parseString(defaults))
                .atPath("tls"));
    }

    private ServerTls tls() throws PkiException {
        return ServerTls.open(directory, settings("client-ca-file = \"" + clients + "\""), "127.0.0.1", () -> now);
    }

    @Test
    void filesAreReadAnewAtMostOnceASecond() throws Exception {
        ServerTls tls = tls();
        List<X509Certificate> first = tls.clientAuthorities();
        X509Certificate two = authority("two");
        Files.writeString(clients, Pem.of(List.of(authority("one"), two)));

        assertThat(tls.clientAuthorities()).isSameAs(first);
        now = now.plusSeconds(1);
        assertThat(tls.clientAuthorities()).hasSize(2).contains(two);
        List<X509Certificate> second = tls.clientAuthorities();
        now = now.plusSeconds(1);
        assertThat(tls.clientAuthorities()).isSameAs(second);
    }

    @Test
    void filesThatCannotBeUsedChangeNothing() throws Exception {
        ServerTls tls = tls();
        List<X509Certificate> first = tls.clientAuthorities();
        Files.writeString(clients, "nonsense");
        now = now.plusSeconds(1);
        assertThat(tls.clientAuthorities()).isSameAs(first);
        Files.delete(clients);
        now = now.plusSeconds(1);
        assertThat(tls.clientAuthorities()).isSameAs(first);
    }

    @Test
    void onlyNewVersionsOfTlsAndBothOfHttp() throws Exception {
        SSLEngine engine = tls().engine();

        assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
        assertThat(engine.getSSLParameters().getApplicationProtocols()).containsExactly("h2", "http/1.1");
        assertThat(engine.getWantClientAuth()).isTrue();
        assertThat(engine.getNeedClientAuth()).isFalse();
        assertThat(engine.getUseClientMode()).isFalse();
    }

    @Test
    void anOperatorsFilesAreTakenAsTheyAre() throws Exception {
        PkiDirectory theirs = new PkiDirectory(temp.resolve("theirs"), () -> now);
        theirs.ensureServer(theirs.authorityOrNew(), List.of("api.example.com"));
        ServerTls tls = ServerTls.open(
                directory,
                settings("cert-file = \"" + theirs.serverCertificateFile() + "\", key-file = \""
                        + theirs.serverKeyFile() + "\", ca-cert-file = \"" + theirs.authorityFile() + "\""),
                "127.0.0.1",
                () -> now);
        now = now.plus(Duration.ofDays(360));

        assertThat(tls.authority()).isEqualTo(Files.readString(theirs.authorityFile()));
        assertThat(tls.clientAuthorities())
                .containsExactly(directory.authority().certificate());
        assertThat(directory.serverCertificateFile()).doesNotExist();
    }

    @Test
    void halfAPairIsRefused() {
        assertThatThrownBy(() -> settings("cert-file = a"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("go together");
        assertThatThrownBy(() -> settings("mode = maybe")).isInstanceOf(ConfigException.class);
    }
}
