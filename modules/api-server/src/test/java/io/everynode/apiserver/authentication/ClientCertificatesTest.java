package io.everynode.apiserver.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.PkiDirectory;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCertificatesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path directory;

    private PkiDirectory pki;
    private X509Certificate authority;

    @BeforeEach
    void open() throws Exception {
        pki = new PkiDirectory(directory.resolve("pki"), () -> NOW);
        authority = pki.authorityOrNew().certificate();
    }

    private KeyedCertificate client(String user, String... groups) throws Exception {
        return pki.client(pki.authority(), user, List.of(groups), Duration.ofHours(1));
    }

    private Finding check(KeyedCertificate certificate, long secondsLater) {
        return ClientCertificates.check(certificate.chain(), List.of(authority), NOW.plusSeconds(secondsLater));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "system:node:a", "a, b", "a+b=c;d", "#a", " a ", "a\\b", "ä\"ö"})
    void theCommonNameIsTheUserAndOrganizationsAreGroups(String name) throws Exception {
        Finding finding = check(client(name, "z", name, "a"), 0);

        assertThat(finding).isInstanceOf(Finding.Known.class);
        assertThat(((Finding.Known) finding).user().name()).isEqualTo(name);
        assertThat(((Finding.Known) finding).user().groups()).containsExactly("z", name, "a");
    }

    @ParameterizedTest
    @CsvSource({"-301, false", "-299, true", "0, true", "3599, true", "3601, false"})
    void countsFromBeginToEnd(long seconds, boolean counts) throws Exception {
        assertThat(check(client("ann"), seconds) instanceof Finding.Known).isEqualTo(counts);
    }

    @Test
    void ofAnotherAuthorityItDoesNotCount() throws Exception {
        PkiDirectory other = new PkiDirectory(directory.resolve("other"), () -> NOW);
        KeyedCertificate stranger = other.client(other.authorityOrNew(), "ann", List.of(), Duration.ofHours(1));
        KeyedCertificate withItsAuthority = new KeyedCertificate(
                stranger.key(),
                List.of(stranger.certificate(), other.authority().certificate()));
        KeyedCertificate withOurs = new KeyedCertificate(stranger.key(), List.of(stranger.certificate(), authority));

        assertThat(check(stranger, 0)).isInstanceOf(Finding.Wrong.class);
        assertThat(check(withItsAuthority, 0)).isInstanceOf(Finding.Wrong.class);
        assertThat(check(withOurs, 0)).isInstanceOf(Finding.Wrong.class);
    }

    @Test
    void whoIsNoAuthoritySignsNobody() throws Exception {
        KeyedCertificate ann = client("ann");
        KeyedCertificate byAnn = pki.client(
                new io.everynode.apiserver.pki.CertificateAuthority(ann), "root", List.of(), Duration.ofHours(1));

        assertThat(ClientCertificates.check(List.of(byAnn.certificate(), ann.certificate()), List.of(authority), NOW))
                .isInstanceOf(Finding.Wrong.class);
    }

    @Test
    void theAuthorityItselfIsNoClient() {
        assertThat(ClientCertificates.check(List.of(authority), List.of(authority), NOW))
                .isInstanceOf(Finding.Wrong.class);
    }

    @Test
    void withoutOneThereIsNothing() {
        assertThat(ClientCertificates.check(List.of(), List.of(authority), NOW)).isEqualTo(Finding.NOTHING);
    }

    @Test
    void oneThatNamesNobodyIsOfNobody() throws Exception {
        assertThat(check(client(""), 0)).isInstanceOf(Finding.Wrong.class);
    }
}
