package io.everynode.apiserver.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiDirectoryTest {

    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1");

    @TempDir
    Path temp;

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    private PkiDirectory directory() {
        return new PkiDirectory(temp.resolve("a/pki"), () -> now);
    }

    private X509Certificate server() throws PkiException {
        directory().ensureServer(directory().authorityOrNew(), NAMES);
        return Pem.certificates(PkiDirectory.text(directory().serverCertificateFile()))
                .get(0);
    }

    @Test
    void everythingIsItsOwnersAlone() throws Exception {
        server();
        directory().accountKeys();
        Path path = temp.resolve("a/pki");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(path)) {
            List<Path> all = files.sorted().toList();
            assertThat(all)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("accounts.key", "ca.crt", "ca.key", "server.crt", "server.key");
            for (Path file : all) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void whatIsThereStays() throws Exception {
        X509Certificate first = server();
        KeyPair keys = directory().accountKeys().newest().get(0);

        assertThat(server()).isEqualTo(first);
        assertThat(directory().accountKeys().newest().get(0).getPublic()).isEqualTo(keys.getPublic());
        assertThat(directory().authorityOrNew().certificate())
                .isEqualTo(directory().authority().certificate());
    }

    @Test
    void theServersCertificateIsMadeAnewInItsLastThirdAndForOtherNames() throws Exception {
        X509Certificate first = server();
        now = now.plus(Duration.ofDays(240));
        assertThat(server()).isEqualTo(first);
        now = now.plus(Duration.ofDays(5));
        X509Certificate second = server();
        assertThat(second.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
        second.verify(directory().authority().certificate().getPublicKey());

        directory().ensureServer(directory().authority(), List.of("localhost", "api.example.com"));
        X509Certificate third = Pem.certificates(PkiDirectory.text(directory().serverCertificateFile()))
                .get(0);
        assertThat(third.getSubjectAlternativeNames())
                .anySatisfy(name -> assertThat(name.get(1)).isEqualTo("api.example.com"));
    }

    @Test
    void theAdministratorsStaysAndIsMadeAnewBeforeItsEnd() throws Exception {
        KeyedCertificate first = directory().administrator(directory().authorityOrNew());
        assertThat(first.certificate().getSubjectX500Principal().getName())
                .isEqualTo("CN=system:admin,O=system:masters");
        assertThat(directory().administrator(directory().authority())).isEqualTo(first);
        now = now.plus(Duration.ofDays(250));
        assertThat(directory().administrator(directory().authority()).certificate())
                .isNotEqualTo(first.certificate());
    }

    @Test
    void noCertificateOutlivesItsAuthority() throws Exception {
        directory().authorityOrNew();
        now = now.plus(Duration.ofDays(3600));

        assertThat(server().getNotAfter())
                .isEqualTo(directory().authority().certificate().getNotAfter());
    }

    @Test
    void anOperatorsAuthorityIsUsedAlsoWithAnOlderFormOfKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        KeyedCertificate own =
                CertificateAuthority.found("theirs", keys, java.math.BigInteger.TEN, now, Duration.ofDays(1000));
        StringWriter key = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(key)) {
            writer.writeObject(keys.getPrivate());
        }
        assertThat(key.toString()).contains("BEGIN RSA PRIVATE KEY");
        Files.createDirectories(temp.resolve("a/pki"));
        Files.writeString(temp.resolve("a/pki/ca.key"), key.toString());
        Files.writeString(temp.resolve("a/pki/ca.crt"), Pem.of(own.chain()));

        server().verify(keys.getPublic());
    }

    @Test
    void halfAnAuthorityIsRefused() throws Exception {
        server();
        Files.delete(temp.resolve("a/pki/ca.key"));

        assertThatThrownBy(() -> directory().authorityOrNew())
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("ca.crt, but no ca.key");
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsRefused() throws Exception {
        server();
        Files.writeString(temp.resolve("a/pki/ca.key"), Pem.of(Keys.make().getPrivate()));

        assertThatThrownBy(() -> directory().authority())
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("the key is not the certificate's");
    }

    @Test
    void brokenFilesAreNamedAndNotQuoted() throws Exception {
        server();
        Files.writeString(
                temp.resolve("a/pki/ca.key"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> directory().authority())
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("ca.key")
                .hasMessageNotContaining("c2VjcmV0");
    }

    private List<X509Certificate> nodes() throws PkiException {
        return Pem.certificates(PkiDirectory.text(directory().nodesFile()));
    }

    @Test
    void nodesHaveAnAuthorityOfTheSameKeyAndAnotherName() throws Exception {
        X509Certificate authority = directory().authorityOrNew().certificate();
        directory().nodesAuthority();
        X509Certificate first = nodes().get(0);

        assertThat(first.getPublicKey()).isEqualTo(authority.getPublicKey());
        assertThat(first.getIssuerX500Principal())
                .isEqualTo(first.getSubjectX500Principal())
                .isNotEqualTo(authority.getSubjectX500Principal());
        assertThat(first.getNotBefore()).isEqualTo(authority.getNotBefore());
        assertThat(first.getNotAfter()).isEqualTo(authority.getNotAfter());
        assertThat(first.getBasicConstraints()).isNotNegative();
        directory().nodesAuthority();
        assertThat(nodes()).containsExactly(first);

        // Another member makes its own, of the same name: each knows what the other has signed.
        Files.delete(directory().nodesFile());
        directory().nodesAuthority();
        assertThat(nodes().get(0).getSubjectX500Principal()).isEqualTo(first.getSubjectX500Principal());
        nodes().get(0).verify(first.getPublicKey());
        assertThat(directory().nodesAnchors()).singleElement().satisfies(anchor -> {
            assertThat(anchor.getCA()).isEqualTo(first.getSubjectX500Principal());
            assertThat(anchor.getCAPublicKey()).isEqualTo(first.getPublicKey());
        });
    }

    @Test
    void theNodesAuthorityFollowsTheOther() throws Exception {
        X509Certificate old = directory().authorityOrNew().certificate();
        directory().nodesAuthority();
        X509Certificate before = nodes().get(0);
        KeyedCertificate next =
                CertificateAuthority.found("next", Keys.make(), java.math.BigInteger.TEN, now, Duration.ofDays(1000));
        Path pki = temp.resolve("a/pki");

        // As docs/security.md tells it: known first, then it signs, then the old one goes.
        Files.writeString(pki.resolve("ca.crt"), Pem.of(List.of(old, next.certificate())));
        directory().nodesAuthority();
        assertThat(nodes()).containsExactly(before);
        assertThat(directory().nodesAnchors()).hasSize(2);

        Files.writeString(pki.resolve("ca.crt"), Pem.of(List.of(next.certificate(), old)));
        Files.writeString(pki.resolve("ca.key"), Pem.of(next.key()));
        directory().nodesAuthority();
        assertThat(nodes()).hasSize(2).endsWith(before);
        assertThat(nodes().get(0).getPublicKey()).isEqualTo(next.certificate().getPublicKey());

        Files.writeString(pki.resolve("ca.crt"), Pem.of(next.chain()));
        directory().nodesAuthority();
        assertThat(nodes()).hasSize(1);
        assertThat(directory().nodesAnchors()).hasSize(1);
    }
}
