package io.everynode.apiserver;

import com.typesafe.config.ConfigFactory;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.Pem;
import io.everynode.apiserver.pki.PkiDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** A server with TLS that wants to know who sends a request, on a free port over a fake control plane. */
final class SecuredServer implements AutoCloseable {

    private final ActorTestKit kit = ActorTestKit.create(
            ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));
    final FakeControlPlane controlPlane;
    final Path directory;
    final PkiDirectory pki;
    final ApiServer server;
    private volatile Duration ahead = Duration.ZERO;

    SecuredServer(Path directory) throws Exception {
        this(directory, new FakeControlPlane(), "");
    }

    /** @param more settings */
    SecuredServer(Path directory, FakeControlPlane controlPlane, String more) throws Exception {
        this.directory = directory;
        this.controlPlane = controlPlane;
        ApiServerSettings settings = ApiServerSettings.from(
                        ConfigFactory.parseString("everynode.authorization.mode = always-allow\n" + more))
                .withAddress("127.0.0.1", 0);
        InstantSource clock = () -> Clock.systemUTC().instant().plus(ahead);
        pki = ServerIdentity.directory(settings, directory, clock);
        server = TestServer.await(ApiServer.start(
                kit.system(),
                controlPlane,
                settings,
                List.of(),
                ServerIdentity.open(settings, directory, clock),
                clock));
    }

    int port() {
        return server.address().getPort();
    }

    Instant now() {
        return Instant.now().plus(ahead);
    }

    /** Of the server's clock. */
    void forward(Duration time) {
        ahead = ahead.plus(time);
    }

    KeyedCertificate client(String user, String... groups) {
        return client(pki, user, Duration.ofHours(1), groups);
    }

    static KeyedCertificate client(PkiDirectory signer, String user, Duration valid, String... groups) {
        try {
            return signer.client(signer.authorityOrNew(), user, List.of(groups), valid);
        } catch (io.everynode.apiserver.pki.PkiException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param certificate null for none */
    SSLContext trusting(KeyedCertificate certificate) {
        return trusting(certificate, pki.authorityFile());
    }

    /** @param authority whom to trust */
    SSLContext trusting(KeyedCertificate certificate, Path authority) {
        try {
            KeyStore authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            int number = 0;
            for (X509Certificate each : Pem.certificates(Files.readString(authority))) {
                authorities.setCertificateEntry("a" + number++, each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (certificate != null) {
                own.setKeyEntry(
                        "own",
                        certificate.key(),
                        new char[0],
                        certificate.chain().toArray(X509Certificate[]::new));
            }
            keys.init(own, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            // A certificate of another authority would not be offered, as the server does not ask for it.
            context.init(
                    certificate == null
                            ? null
                            : new javax.net.ssl.KeyManager[] {new AlwaysOffered(keys.getKeyManagers()[0])},
                    trust.getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException | IOException | io.everynode.apiserver.pki.PkiException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpClient http(KeyedCertificate certificate, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(trusting(certificate))
                .connectTimeout(Duration.ofSeconds(20))
                .build();
    }

    URI at(String path) {
        return URI.create("https://127.0.0.1:" + port() + path);
    }

    /** @param headers names and values in turn */
    Answer send(HttpClient client, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            var response = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
