package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.Kubeconfig;
import io.everynode.nodes.http.KubeconfigFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two members on one PostgreSQL, each with an authority that its first start made. */
@Timeout(240)
class OtherAuthorityTest {

    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        threads.shutdownNow();
    }

    private Engine member(Path data, int database) throws Exception {
        Engine member = Wiring.start(
                Settings.load(
                        null,
                        Map.of(
                                "everynode.api-server.port", 0,
                                "everynode.database.kind", "postgres",
                                "everynode.database.url", "jdbc:postgresql://localhost:" + database + "/postgres",
                                "everynode.database.user", "postgres",
                                "everynode.database.password", "postgres")),
                data);
        open.add(0, member::stop);
        Kubeconfig.write(data, member.address(), member.administrator());
        return member;
    }

    private static String ask(Path data, Engine member, String path) throws Exception {
        ClusterAccess access = KubeconfigFile.read(data.resolve("kubeconfig"));
        return access.client()
                .build()
                .send(access.request(URI.create(member.address() + path)).build(), BodyHandlers.ofString())
                .body();
    }

    /** @param token that nobody has made, or "" */
    private static String asNobody(Path data, Engine member, String path, String token) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream authority = Files.newInputStream(data.resolve("pki").resolve("ca.crt"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(authority));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(member.address() + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newBuilder()
                .sslContext(tls)
                .build()
                .send(request.build(), BodyHandlers.ofString())
                .body();
    }

    private static int members(Path data) throws Exception {
        JsonNode status = ApiClient.of(data.resolve("kubeconfig"))
                .send("GET", "/everynode/v1/cluster", null)
                .body();
        return status.path("members").size();
    }

    @Test
    void whoHasAnotherStaysOutSaysWhyAndGetsInWithTheSame() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
        open.add(postgres);
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        Engine one = member(first, postgres.getPort());
        assertThat(one.address()).startsWith("https://127.0.0.1:");
        assertThat(one.warning()).isEmpty();
        one.open(what -> {});
        // The key of Secrets is the same, as an operator copies it; the authority is forgotten.
        Files.createDirectories(second);
        copy(first, second, "keys");
        Engine other = member(second, postgres.getPort());
        Future<?> opening = threads.submit(() -> {
            other.open(what -> {});
            return null;
        });

        await().atMost(SOON).until(() -> ask(second, other, "/readyz"), told -> told.contains("ca.crt"));
        assertThat(ask(second, other, "/readyz"))
                .contains("[+]ping ok", "[-]control-plane failed: the server is starting: ")
                .contains("all members need the same ca.crt and ca.key in DATA_DIR/pki");
        for (String path : List.of("/readyz", "/api/v1/nodes", "/apis")) {
            for (String token : List.of("", "abc")) {
                assertThat(asNobody(second, other, path, token))
                        .as("%s with \"%s\"", path, token)
                        .containsAnyOf("reason withheld", "the server cannot serve this now")
                        .doesNotContain("127.0.0.1", "CN=", "database", "ca.crt");
            }
        }
        assertThat(asNobody(second, other, "/livez", "")).isEqualTo("ok");
        assertThat(asNobody(second, other, "/version", "")).contains("gitVersion");
        assertThat(opening).isNotDone();
        assertThat(members(first)).isEqualTo(1);
        assertThat(ask(first, one, "/readyz")).isEqualTo("ok");

        copy(first, second, "pki");
        opening.get(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(members(first)).isEqualTo(2);
    }

    private static void copy(Path from, Path to, String name) throws IOException {
        Files.createDirectories(to.resolve(name));
        try (Stream<Path> files = Files.list(from.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(name).resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
