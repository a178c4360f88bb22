package io.everynode.apiserver.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.core.authorization.User;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members of one authority get through to each other, and nobody else does, also not by a certificate of it. */
class AuthorityMemberTlsTest {

    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private PkiDirectory ours;

    @BeforeEach
    void authority() throws PkiException {
        ours = pki("ours");
        ours.authorityOrNew();
    }

    private PkiDirectory pki(String name) {
        return new PkiDirectory(directory.resolve(name), now::get);
    }

    private AuthorityMemberTls member(PkiDirectory pki) throws PkiException {
        return AuthorityMemberTls.open(pki, now::get);
    }

    /** The whole handshake and a byte each way; throws what either side throws. */
    private static void talk(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        boolean clientHeard = false;
        boolean serverHeard = false;
        client.beginHandshake();
        server.beginHandshake();
        for (int turn = 0; turn < 100 && !(clientHeard && serverHeard); turn++) {
            serverHeard |= move(client, server, toServer);
            clientHeard |= move(server, client, toClient);
        }
        assertThat(clientHeard && serverHeard).as("both were heard").isTrue();
    }

    /** Whether application data arrived. */
    private static boolean move(SSLEngine from, SSLEngine to, ByteBuffer wire) throws SSLException {
        tasks(from);
        if (from.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
            from.wrap(ByteBuffer.wrap(new byte[] {1}), wire);
        }
        tasks(from);
        wire.flip();
        ByteBuffer heard = ByteBuffer.allocate(1 << 16);
        for (int before = -1; wire.hasRemaining() && wire.remaining() != before; ) {
            before = wire.remaining();
            tasks(to);
            if (to.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                break;
            }
            to.unwrap(wire, heard);
        }
        tasks(to);
        wire.compact();
        return heard.position() > 0;
    }

    private static void tasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** As somebody who trusts everybody, and shows this certificate; none if null. */
    private static SSLEngine stranger(KeyedCertificate shown) throws Exception {
        KeyManager[] keys = null;
        if (shown != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", shown.key(), new char[0], shown.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            keys = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new TrustsAll()}, null);
        return context.createSSLEngine();
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket s) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine e) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket s) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine e) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private void refused(KeyedCertificate shown) throws Exception {
        AuthorityMemberTls member = member(ours);
        SSLEngine client = stranger(shown);
        client.setUseClientMode(true);
        assertThatThrownBy(() -> talk(client, member.server()))
                .as("at our port: %s", shown)
                .isInstanceOf(SSLException.class);
        if (shown != null) {
            SSLEngine server = stranger(shown);
            server.setUseClientMode(false);
            assertThatThrownBy(() -> talk(member.client("there", 7600), server))
                    .as("where a member is expected: %s", shown)
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void membersOfOneAuthorityTalk() throws Exception {
        AuthorityMemberTls one = member(ours);
        AuthorityMemberTls other = member(pki("ours"));
        talk(one.client("there", 7600), other.server());
        talk(other.client("there", 7600), one.server());
        assertThat(one.refused()).isEmpty();
    }

    @Test
    void nobodyElseDoesAlsoNotByACertificateOfTheAuthority() throws Exception {
        CertificateAuthority authority = ours.authority();
        refused(null);
        refused(ours.client(authority, "everynode-member", List.of(User.MASTERS), Duration.ofDays(1)));
        ours.ensureServer(authority, List.of("localhost"));
        refused(PkiDirectory.read(ours.serverCertificateFile(), ours.serverKeyFile()));
        PkiDirectory foreign = pki("foreign");
        foreign.authorityOrNew();
        refused(foreign.member());
    }

    @Test
    void anotherAuthorityIsTold() throws Exception {
        PkiDirectory foreign = pki("foreign");
        foreign.authorityOrNew();
        AuthorityMemberTls one = member(ours);
        AuthorityMemberTls other = member(foreign);
        assertThatThrownBy(() -> talk(one.client("there", 7600), other.server()))
                .isInstanceOf(SSLException.class);
        assertThat(one.refused()).hasValueSatisfying(why -> assertThat(why).contains("ca.crt", "CN=everynode-member"));
        now.updateAndGet(time -> time.plusSeconds(60));
        assertThat(one.refused()).as("a while ago").isEmpty();
    }

    @Test
    void certificatesAreMadeAnewInTimeAndAuthoritiesChangeWithoutARestart() throws Exception {
        AuthorityMemberTls one = member(ours);
        AuthorityMemberTls other = member(ours);
        now.updateAndGet(time -> time.plus(Duration.ofDays(100)));
        talk(one.client("there", 7600), other.server());
        PkiDirectory next = pki("next");
        next.authorityOrNew();
        // The new authority signs, the old one is trusted still.
        Files.writeString(
                ours.authorityFile(), Files.readString(next.authorityFile()) + Files.readString(ours.authorityFile()));
        Files.copy(
                directory.resolve("next").resolve("ca.key"),
                directory.resolve("ours").resolve("ca.key"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(
                ours.authorityFile(), FileTime.from(Instant.now().plusSeconds(5)));
        now.updateAndGet(time -> time.plusSeconds(2));
        SSLEngine client = one.client("there", 7600);
        talk(client, other.server());
        X509Certificate shown = (X509Certificate) client.getSession().getPeerCertificates()[0];
        assertThat(shown.getIssuerX500Principal())
                .isEqualTo(next.authority().certificate().getSubjectX500Principal());
    }
}
