package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.authentication.BootstrapTokens;
import io.everynode.apiserver.pki.CertificateAuthority;
import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.Keys;
import io.everynode.apiserver.pki.Pem;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.HttpSettings;
import io.everynode.nodes.http.KubeconfigFile;
import io.everynode.nodes.join.AuthorityHashes;
import io.everynode.nodes.join.JoinFailure;
import io.everynode.nodes.join.JoinSettings;
import io.everynode.nodes.join.JoinToken;
import io.everynode.nodes.join.NodeJoin;
import io.everynode.objects.Json;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine joins a real server over TLS. */
@Timeout(180)
class JoinTest {

    private static final Duration SOON = Duration.ofSeconds(120);
    private static final String TO_JOIN = "to join again give --server, --token and --ca-hash";

    @TempDir
    static Path data;

    private static JoinServer server;
    private static HttpSettings http;

    @TempDir
    Path directory;

    private final List<String> news = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = new JoinServer(data);
        http = HttpSettings.of(Settings.load(null, Map.of()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private NodeJoin machine(String node, String at, String token, String... hashes) {
        return new NodeJoin(
                new JoinSettings(
                        node,
                        directory,
                        at,
                        token.isEmpty() ? Optional.empty() : Optional.of(JoinToken.of(token)),
                        AuthorityHashes.of(List.of(hashes))),
                http,
                news::add);
    }

    @Test
    void joinsByATokenAndStartsAgainWithoutIt() throws Exception {
        String token = server.token();
        ClusterAccess joined =
                machine("first", server.address, token, server.hash()).access();
        assertThat(JoinServer.whoAmI(joined))
                .isEqualTo("system:node:first [\"system:nodes\",\"system:authenticated\"]");
        X509Certificate certificate =
                KubeconfigFile.certificate(directory.resolve("kubeconfig")).orElseThrow();
        certificate.verify(server.pki.authority().certificate().getPublicKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("kubeconfig"))))
                .isEqualTo("rw-------");
        try (Stream<Path> left = Files.walk(directory)) {
            assertThat(left.filter(Files::isRegularFile)).containsExactly(directory.resolve("kubeconfig"));
        }
        assertThat(Files.readString(directory.resolve("kubeconfig"))).doesNotContain(token);

        server.command("token", "revoke", token.substring(0, 6));
        assertThat(JoinServer.whoAmI(machine("first", "", "").access())).startsWith("system:node:first ");
        // What is given for joining is not looked at when there is nothing to join for.
        assertThat(JoinServer.whoAmI(
                        machine("first", server.address, token, server.hash()).access()))
                .startsWith("system:node:first ");
        assertThat(KubeconfigFile.certificate(directory.resolve("kubeconfig"))).contains(certificate);
        assertThat(news).isEmpty();
    }

    @Test
    void aTokenIsNeverSentToAServerWithoutTheHash() throws Exception {
        PkiDirectory own = new PkiDirectory(directory.resolve("other"), InstantSource.system());
        CertificateAuthority authority = own.authorityOrNew();
        KeyedCertificate shown = own.client(authority, "eve", List.of(), Duration.ofHours(1));
        String ofOthers = Pem.of(List.of(authority.certificate()));
        String ofCluster = Pem.of(List.of(server.pki.authority().certificate()));
        String token = server.token();
        // Its own authority, that of the cluster, which it has from there, and both.
        for (String told : List.of(ofOthers, ofCluster, ofOthers + ofCluster)) {
            try (EavesdroppingServer eve = new EavesdroppingServer(shown, question -> told)) {
                assertThatThrownBy(() -> machine("victim", eve.address(), token, server.hash())
                                .access())
                        .isInstanceOf(JoinFailure.class)
                        .hasMessageContaining(told.equals(ofOthers) ? "another hash" : "has no certificate of that")
                        .hasMessageEndingWith("No token was sent")
                        .hasMessageNotContaining("\n");
                assertThat(eve.heard).hasSize(1).allMatch(each -> each.startsWith("GET /cacerts "));
                assertThat(eve.heard.toString())
                        .doesNotContain(token.substring(0, 6))
                        .doesNotContain("Authorization");
            }
        }
        assertThat(directory.resolve("kubeconfig")).doesNotExist();
    }

    /** What nodes serve with has the authority's key behind it, and any address that the node asked for. */
    @Test
    void aNodeThatIsInBetweenGetsNoToken() throws Exception {
        KeyPair keys = Keys.make();
        KeyedCertificate ofNode = server.endpointOf("eve", keys);
        String ofNodes = Files.readString(data.resolve("pki/nodes.crt"));
        String ofCluster = Pem.of(List.of(server.pki.authority().certificate()));
        String token = server.token();
        for (String told : List.of(ofNodes, ofCluster + ofNodes)) {
            try (EavesdroppingServer eve = new EavesdroppingServer(ofNode, question -> told)) {
                assertThatThrownBy(() -> machine("victim", eve.address(), token, server.hash())
                                .access())
                        .isInstanceOf(JoinFailure.class)
                        .hasMessageContaining("shows the certificate of a node")
                        .hasMessageEndingWith("No token was sent");
                assertThat(eve.heard).allMatch(each -> each.startsWith("GET /cacerts "));
                assertThat(eve.heard.toString())
                        .doesNotContain(token.substring(0, 6))
                        .doesNotContain("Authorization");
            }
        }
    }

    @Test
    void aTokenThatDoesNotCountIsSaid() throws Exception {
        String ended = server.token();
        server.command("token", "revoke", ended.substring(0, 6));
        String over = "expird.0123456789abcdef";
        server.send(
                "POST",
                "/api/v1/namespaces/kube-system/secrets",
                BootstrapTokens.object(over, "", Instant.now().minusSeconds(60)));
        for (String token : List.of("abcdef.0123456789abcdef", ended, over)) {
            assertThatThrownBy(() -> machine("wrong", server.address, token, server.hash())
                            .access())
                    .isInstanceOf(JoinFailure.class)
                    .hasMessageStartingWith("the token is not accepted")
                    .hasMessageNotContaining(token.substring(7));
        }
        assertThatThrownBy(() ->
                        machine("wrong", server.address, "a b", server.hash()).access())
                .isInstanceOf(JoinFailure.class)
                .hasMessageStartingWith("--token has no token");
        assertThat(directory.resolve("kubeconfig")).doesNotExist();
    }

    @Test
    void waitsForWhoApprovesAndIsToldWhenItIsDenied() throws Exception {
        String binding = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/everynode:node-autoapprove-bootstrap";
        ObjectNode whole = (ObjectNode) server.send("GET", binding, null);
        ObjectNode nobody = whole.deepCopy();
        nobody.putArray("subjects");
        server.send("PUT", binding, nobody);
        try {
            String token = server.token();
            CompletableFuture<ClusterAccess> denied = joining("slow", token);
            String first = request("slow", List.of());
            server.decide(first, "Denied", "not this machine");
            assertThatThrownBy(denied::join)
                    .hasRootCauseInstanceOf(JoinFailure.class)
                    .hasRootCauseMessage("the certificate request " + first + " was denied: not this machine");
            // What was denied is not asked for again.
            CompletableFuture<ClusterAccess> approved = joining("slow", token);
            String second = request("slow", List.of(first));
            await().atMost(SOON)
                    .until(() -> news.contains("Waiting for the certificate request " + second + " to be approved"));
            server.decide(second, "Approved", "");
            assertThat(JoinServer.whoAmI(approved.join())).startsWith("system:node:slow ");
        } finally {
            ObjectNode current = (ObjectNode) server.send("GET", binding, null);
            current.set("subjects", whole.path("subjects"));
            server.send("PUT", binding, current);
        }
    }

    private CompletableFuture<ClusterAccess> joining(String node, String token) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return machine(node, server.address, token, server.hash()).access();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    /** The name of the request that a machine makes. */
    private static String request(String node, List<String> former) {
        return await().atMost(SOON)
                .until(
                        () -> {
                            for (JsonNode each : server.send("GET", JoinServer.REQUESTS, null)
                                    .path("items")) {
                                String name = Json.text(each, "metadata", "name");
                                if (name.startsWith("node-client-")
                                        && Json.text(each, "status", "certificate")
                                                .isEmpty()
                                        && !former.contains(name)) {
                                    return name;
                                }
                            }
                            return "";
                        },
                        name -> !name.isEmpty());
    }

    @Test
    void aServerThatIsAwayIsWaitedFor() throws Exception {
        String token = server.token();
        PkiDirectory own = new PkiDirectory(directory.resolve("other"), InstantSource.system());
        KeyedCertificate shown = own.client(own.authorityOrNew(), "x", List.of(), Duration.ofHours(1));
        String ofOthers = Pem.of(List.of(own.authority().certificate()));
        String gone;
        try (EavesdroppingServer starting = new EavesdroppingServer(shown, question -> question < 3 ? "" : ofOthers)) {
            assertThatThrownBy(() -> machine("patient", starting.address(), token, server.hash())
                            .access())
                    .isInstanceOf(JoinFailure.class);
            gone = starting.address();
            assertThat(starting.heard).hasSize(3);
            assertThat(news).containsExactly("Waiting for " + starting.address() + ": it answers 503");
            news.clear();
        }
        // Nobody listens there any more.
        CompletableFuture<ClusterAccess> waiting = new CompletableFuture<>();
        Thread machine = new Thread(() -> {
            try {
                waiting.complete(machine("patient", gone, token, server.hash()).access());
            } catch (Exception e) {
                waiting.completeExceptionally(e);
            }
        });
        machine.start();
        await().atMost(SOON).until(() -> news.stream().anyMatch(each -> each.startsWith("Waiting for " + gone)));
        assertThat(waiting).isNotDone();
        machine.interrupt();
        assertThatThrownBy(() -> waiting.get(SOON.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void aRevokedCertificateIsSaidAndATokenJoinsAgain() throws Exception {
        machine("lost", server.address, server.token(), server.hash()).access();
        X509Certificate first =
                KubeconfigFile.certificate(directory.resolve("kubeconfig")).orElseThrow();
        server.command("certificate", "revoke", first.getSerialNumber().toString(16));
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThatThrownBy(() -> machine("lost", "", "").access())
                                .isInstanceOf(JoinFailure.class)
                                .hasMessageContaining("does not accept the certificate of system:node:lost (serial "
                                        + first.getSerialNumber().toString(16) + ")")
                                .hasMessageEndingWith(TO_JOIN));

        ClusterAccess again =
                machine("lost", server.address, server.token(), server.hash()).access();
        assertThat(JoinServer.whoAmI(again)).startsWith("system:node:lost ");
        assertThat(KubeconfigFile.certificate(directory.resolve("kubeconfig"))).isNotEqualTo(Optional.of(first));
        assertThat(news).singleElement().asString().startsWith("Joining again: the API does not accept");
    }

    @Test
    void aStartTakesOverTheAuthoritiesOfNow() throws Exception {
        NodeJoin machine = machine("follows", server.address, server.token(), server.hash());
        machine.access();
        PkiDirectory own = new PkiDirectory(directory.resolve("other"), InstantSource.system());
        X509Certificate next = own.authorityOrNew().certificate();
        Path authorities = server.pki.authorityFile();
        String before = Files.readString(authorities);
        Files.writeString(authorities, before + Pem.of(List.of(next)));
        try {
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(JoinServer.whoAmI(machine.access())).startsWith("system:node:follows ");
                assertThat(KubeconfigFile.authorityCertificates(machine.kubeconfig()))
                        .containsExactly(server.pki.authority().certificate(), next);
            });
        } finally {
            Files.writeString(authorities, before);
        }
        assertThat(KubeconfigFile.certificate(machine.kubeconfig())).isPresent();
    }

    @Test
    void aCertificateThatHasEndedIsSaidAndATokenJoinsAgain() throws Exception {
        server.keep(directory, "ended", Instant.now().minus(Duration.ofHours(2)), Duration.ofHours(1));
        assertThatThrownBy(() -> machine("ended", "", "").access())
                .isInstanceOf(JoinFailure.class)
                .hasMessageContaining("the certificate of system:node:ended has ended at ")
                .hasMessageEndingWith(TO_JOIN);

        assertThat(JoinServer.whoAmI(machine("ended", server.address, server.token(), server.hash())
                        .access()))
                .startsWith("system:node:ended ");
    }

    @Test
    void howToJoinIsToldBesideTheTokenAndWithoutIt() throws Exception {
        StringWriter beside = new StringWriter();
        String token = server.command(beside, "token", "create", "--for", "1h");
        assertThat(token).matches("[a-z0-9]{6}\\.[a-z0-9]{16}");
        assertThat(beside.toString())
                .contains("everynode agent --node-name $(hostname) --server " + server.address + " --ca-hash "
                        + server.hash() + " --token ")
                .doesNotContain(token.substring(7));

        StringWriter nothing = new StringWriter();
        assertThat(server.command(nothing, "token", "create", "--for", "1h", "--join"))
                .contains(" --ca-hash " + server.hash() + " --token ");
        server.command(nothing, "token", "create", "--user", "tom", "--for", "1h");
        assertThat(nothing.toString()).isEmpty();
    }
}
