package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import io.everynode.nodes.http.HttpSettings;
import io.everynode.nodes.http.KubeconfigFile;
import io.everynode.nodes.join.AuthorityHashes;
import io.everynode.nodes.join.EndpointIdentity;
import io.everynode.nodes.join.JoinSettings;
import io.everynode.nodes.join.JoinToken;
import io.everynode.nodes.join.NodeIdentity;
import io.everynode.objects.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A node that runs keeps its certificates, against a real server over TLS. */
@Timeout(300)
class NodeIdentityTest {

    private static final Duration SOON = Duration.ofSeconds(120);

    @TempDir
    static Path data;

    private static JoinServer server;
    private static HttpSettings http;

    @TempDir
    Path directory;

    private final HollowLoop loop = HollowLoop.thread("test-node");
    private AgentApi api;

    @BeforeAll
    static void start() throws Exception {
        server = new JoinServer(data);
        http = HttpSettings.of(Settings.load(null, Map.of()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void end() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        loop.execute(() -> {
            api.close();
            closed.complete(null);
        });
        closed.join();
        loop.close();
    }

    /** Of a machine that had joined then, for 100 minutes. */
    private void runs(String node, Duration ago) throws Exception {
        server.keep(directory, node, Instant.now().minus(ago), Duration.ofMinutes(100));
        api = new AgentApi(loop, KubeconfigFile.read(directory.resolve("kubeconfig")), http, Duration.ofSeconds(30));
        loop.execute(api::start);
    }

    private void keepsItself(String node, String token) throws Exception {
        keepsItself(node, token, () -> {});
    }

    private void keepsItself(String node, String token, Runnable joinedAgain) throws Exception {
        NodeIdentity.keep(
                new JoinSettings(
                        node,
                        directory,
                        server.address,
                        token.isEmpty() ? Optional.empty() : Optional.of(JoinToken.of(token)),
                        AuthorityHashes.of(List.of(server.hash()))),
                http,
                api,
                loop,
                joinedAgain);
    }

    private X509Certificate kept() throws Exception {
        return KubeconfigFile.certificate(directory.resolve("kubeconfig")).orElseThrow();
    }

    private String whoAmI() throws Exception {
        AgentApi.Answer answer = api.send("POST", JoinServer.WHO, "application/json", Json.object())
                .toCompletableFuture()
                .get(SOON.toSeconds(), TimeUnit.SECONDS);
        return answer.ok() ? answer.body().at("/status/userInfo/username").asText() : String.valueOf(answer.code());
    }

    /** Names of the Pods that it tells. */
    private List<String> watchPods(String node) throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> listed = new CompletableFuture<>();
        AgentApi.PodListener listener = new AgentApi.PodListener() {
            @Override
            public void listing() {}

            @Override
            public void listed() {
                listed.complete(null);
            }

            @Override
            public void seen(ObjectNode pod) {
                seen.add(Json.text(pod, "metadata", "name"));
            }

            @Override
            public void gone(String uid) {}

            @Override
            public void refused(String why) {
                listed.completeExceptionally(new IllegalStateException(why));
            }
        };
        loop.execute(() -> api.watchPods(node, listener));
        listed.get(SOON.toSeconds(), TimeUnit.SECONDS);
        return seen;
    }

    private static ObjectNode pod(String name, String node) {
        ObjectNode pod = Json.object();
        pod.putObject("metadata").put("name", name);
        pod.putObject("spec")
                .put("nodeName", node)
                .putArray("containers")
                .addObject()
                .put("name", "c")
                .put("image", "i");
        return pod;
    }

    private static void revoke(X509Certificate certificate) {
        server.command("certificate", "revoke", certificate.getSerialNumber().toString(16));
    }

    @Test
    void itsCertificateIsRenewedBeforeItsEndAndUsedAtOnce() throws Exception {
        runs("renews", Duration.ofMinutes(95));
        X509Certificate first = kept();
        assertThat(whoAmI()).isEqualTo("system:node:renews");
        List<String> seen = watchPods("renews");

        keepsItself("renews", "");

        X509Certificate renewed = await().atMost(SOON)
                .until(this::kept, now -> !now.getSerialNumber().equals(first.getSerialNumber()));
        assertThat(renewed.getNotAfter().toInstant()).isAfter(Instant.now().plus(Duration.ofDays(300)));
        assertThat(renewed.getPublicKey()).isNotEqualTo(first.getPublicKey());
        // Connections that show the first one get 401 from now on.
        revoke(first);
        await().atMost(SOON).untilAsserted(() -> assertThat(whoAmI()).isEqualTo("system:node:renews"));
        // The watch ended with the certificate that it began with, and goes on with the new one.
        server.send("POST", "/api/v1/namespaces/default/pods", pod("after", "renews"));
        await().atMost(SOON).until(() -> seen.contains("after"));
        assertThat(JoinServer.whoAmI(KubeconfigFile.read(directory.resolve("kubeconfig"))))
                .startsWith("system:node:renews ");
        assertThat(directory.resolve("pki/client.request.key")).doesNotExist();
    }

    @Test
    void youngCertificatesStay() throws Exception {
        runs("young", Duration.ofMinutes(60));
        X509Certificate first = kept();
        keepsItself("young", server.token());
        assertThat(whoAmI()).isEqualTo("system:node:young");
        // What it would have done is done on the loop's thread before this.
        CompletableFuture<Void> passed = new CompletableFuture<>();
        loop.execute(() -> passed.complete(null));
        passed.join();
        assertThat(directory.resolve("pki")).doesNotExist();
        assertThat(kept()).isEqualTo(first);
    }

    @Test
    void aRevokedNodeJoinsAgainByItsToken() throws Exception {
        runs("back", Duration.ofMinutes(1));
        X509Certificate first = kept();
        keepsItself("back", server.token());
        revoke(first);
        await().atMost(SOON).until(() -> whoAmI().equals("system:node:back") && !kept().equals(first));
        assertThat(kept().getSerialNumber()).isNotEqualTo(first.getSerialNumber());
    }

    @Test
    void aRevokedNodeWithoutATokenSaysSo() throws Exception {
        runs("out", Duration.ofMinutes(1));
        X509Certificate first = kept();
        try (Errors errors = new Errors()) {
            keepsItself("out", "");
            revoke(first);
            await().atMost(SOON).until(() -> whoAmI().equals("401") && !errors.told.isEmpty());
            assertThat(errors.told.get(0))
                    .startsWith("The certificate of system:node:out (serial "
                            + first.getSerialNumber().toString(16) + ") is not accepted: it was revoked")
                    .endsWith("to join again start the agent with --server, --token and --ca-hash");
        }
    }

    @Test
    void aNodeWhoseCertificateEndsJoinsAgainByItsToken() throws Exception {
        runs("late", Duration.ofMinutes(200));
        X509Certificate first = kept();
        assertThat(whoAmI()).isEqualTo("401");
        keepsItself("late", server.token());
        await().atMost(SOON).until(() -> whoAmI().equals("system:node:late") && !kept().equals(first));
    }

    /** What all of a node's were revoked with is its endpoint's, too: API servers take it no more. */
    @Test
    void aNodeThatJoinsAgainHasAnotherForItsEndpoint() throws Exception {
        runs("revoked", Duration.ofMinutes(1));
        List<X509Certificate> used = new CopyOnWriteArrayList<>();
        EndpointIdentity serving = EndpointIdentity.keep(
                "revoked",
                directory,
                List.of("127.0.0.1"),
                List.of(server.pki.authority().certificate()),
                api,
                loop,
                (key, chain) -> used.add(chain.get(0)));
        keepsItself("revoked", server.token(), serving::another);
        await().atMost(SOON).until(() -> used.size() == 1);
        Instant begin = used.get(0).getNotBefore().toInstant();

        server.command("certificate", "revoke", "--user", "system:node:revoked");

        // It hears of it when it asks for anything.
        await().atMost(SOON).until(() -> whoAmI().equals("system:node:revoked") && used.size() == 2);
        assertThat(used.get(1).getSerialNumber()).isNotEqualTo(used.get(0).getSerialNumber());
        // It begins after what was revoked, so it counts.
        assertThat(used.get(1).getNotBefore().toInstant()).isAfter(begin.plus(Duration.ofMinutes(4)));
    }

    @Test
    void anEndpointGetsItsCertificate() throws Exception {
        runs("serves", Duration.ofMinutes(1));
        ObjectNode node = Json.object();
        node.putObject("metadata").put("name", "serves");
        node.putObject("status")
                .putArray("addresses")
                .addObject()
                .put("type", "InternalIP")
                .put("address", "127.0.0.1");
        api.send("POST", "/api/v1/nodes", "application/json", node)
                .toCompletableFuture()
                .join();
        List<X509Certificate> used = new CopyOnWriteArrayList<>();
        serves(List.of(server.pki.authority().certificate()), used);

        await().atMost(SOON).until(() -> !used.isEmpty());
        X509Certificate first = used.get(0);
        first.verify(server.pki.authority().certificate().getPublicKey());
        assertThat(first.getSubjectX500Principal().getName()).isEqualTo("CN=system:node:serves,O=system:nodes");
        assertThat(first.getSubjectAlternativeNames()).containsExactly(List.of(7, "127.0.0.1"));
        assertThat(first.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("pki/endpoint.pem"))))
                .isEqualTo("rw-------");
        // The next start has it at once.
        serves(List.of(server.pki.authority().certificate()), used);
        await().atMost(SOON).until(() -> used.size() == 2);
        assertThat(used).containsExactly(first, first);
        // One of another cluster, or of an authority that is there no more, is not shown.
        PkiDirectory other = new PkiDirectory(directory.resolve("other"), InstantSource.system());
        serves(List.of(other.authorityOrNew().certificate()), used);
        await().atMost(SOON).until(() -> used.size() == 3);
        assertThat(used.get(2)).isNotEqualTo(first);
    }

    private void serves(List<X509Certificate> authorities, List<X509Certificate> used) {
        EndpointIdentity.keep(
                "serves",
                directory,
                List.of("127.0.0.1"),
                authorities,
                api,
                loop,
                (key, chain) -> used.add(chain.get(0)));
    }

    /** What is told as an error of certificates. */
    private static final class Errors extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        final List<String> told = new CopyOnWriteArrayList<>();
        private final Logger logger = (Logger) LoggerFactory.getLogger(NodeIdentity.class);

        Errors() {
            setContext(logger.getLoggerContext());
            start();
            logger.setLevel(Level.ERROR);
            logger.setAdditive(false);
            logger.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.ERROR) {
                told.add(event.getFormattedMessage());
            }
        }

        @Override
        public void close() {
            logger.detachAppender(this);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }
}
