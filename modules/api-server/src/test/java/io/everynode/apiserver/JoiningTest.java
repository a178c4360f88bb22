package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.apiserver.certificates.Requests;
import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.Keys;
import io.everynode.apiserver.pki.Pem;
import io.everynode.core.authorization.DefaultRoles;
import io.everynode.objects.Json;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates that machines ask for, with the default roles and bindings, and what they are good for. */
class JoiningTest {

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final String CLIENT = "kube-apiserver-client-kubelet";
    private static final String SERVING = "kubelet-serving";
    private static final String NAMES = "dns:localhost ip:127.0.0.1";

    @TempDir
    static Path directory;

    private static SecuredServer server;
    private static HttpClient admin;
    private static HttpClient machine;
    private static HttpClient node;
    private static HttpClient asking;

    @BeforeAll
    static void start() throws Exception {
        server = new SecuredServer(
                directory.resolve("server"), new FakeControlPlane(), "everynode.authorization.mode = rbac");
        admin = client("root", "system:masters");
        DefaultRoles.clusterRoles().forEach(role -> made(RBAC + "/clusterroles", role));
        DefaultRoles.clusterRoleBindings().forEach(binding -> made(RBAC + "/clusterrolebindings", binding));
        ObjectNode binding = Json.parse(
                ("{'metadata':{'name':'ask'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole',"
                                + "'name':'system:node-bootstrapper'},'subjects':[{'kind':'Group',"
                                + "'apiGroup':'rbac.authorization.k8s.io','name':'askers'}]}")
                        .replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8));
        made(RBAC + "/clusterrolebindings", binding);
        machine = client("system:bootstrap:abcdef", "system:bootstrappers");
        node = client("system:node:a", "system:nodes");
        asking = client("ann", "askers");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpClient client(String user, String... groups) {
        return server.http(server.client(user, groups), HttpClient.Version.HTTP_1_1);
    }

    private static void made(String path, JsonNode object) {
        Answer answer = server.send(
                admin,
                "POST",
                path,
                new String(Json.encode(object), StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    }

    private static String request(KeyPair keys, String node, String names) {
        return Requests.of(keys, "O=system:nodes,CN=system:node:" + node, names);
    }

    private static Answer ask(HttpClient who, String name, String signer, String request) {
        String usage = signer.equals(SERVING) ? "server auth" : "client auth";
        return server.send(
                who,
                "POST",
                REQUESTS,
                ("{'metadata':{'name':'" + name + "'},'spec':{'signerName':'kubernetes.io/" + signer + "','request':'"
                                + request + "','usages':['digital signature','" + usage + "']}}")
                        .replace('\'', '"'),
                "Content-Type",
                "application/json");
    }

    private static void asked(HttpClient who, String name, String signer, String request) {
        Answer answer = ask(who, name, signer, request);
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    }

    private static JsonNode status(String name) {
        return server.send(admin, "GET", REQUESTS + "/" + name, null).json().path("status");
    }

    private static X509Certificate given(String name) throws Exception {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !Json.text(status(name), "certificate").isEmpty());
        return Pem.certificates(new String(
                        Base64.getDecoder().decode(Json.text(status(name), "certificate")), StandardCharsets.US_ASCII))
                .get(0);
    }

    /** Nothing was made of what was asked before: requests are looked at in their order, and a later one was. */
    private static void nothingCameOf(String... names) throws Exception {
        String later = "after-" + names[0];
        asked(node, later, CLIENT, request(Keys.make(), "a", ""));
        given(later);
        for (String name : names) {
            assertThat(status(name).path("conditions")).as(name).isEmpty();
            assertThat(Json.text(status(name), "certificate")).as(name).isEmpty();
        }
    }

    @Test
    void aMachineWithATokenJoinsAndRenewsWithoutAnybody() throws Exception {
        KeyPair keys = Keys.make();
        asked(machine, "joins", CLIENT, request(keys, "a", ""));
        X509Certificate first = given("joins");
        assertThat(first.getSubjectX500Principal().getName()).isEqualTo("CN=system:node:a,O=system:nodes");
        HttpClient joined =
                server.http(new KeyedCertificate(keys.getPrivate(), List.of(first)), HttpClient.Version.HTTP_2);

        asked(joined, "renews", CLIENT, request(Keys.make(), "a", ""));
        given("renews");
        assertThat(status("renews").at("/conditions/0/message").asText()).contains("self");
    }

    /** A certificate for what node a serves. */
    private static KeyedCertificate serving(String name) throws Exception {
        KeyPair keys = Keys.make();
        asked(node, name, SERVING, request(keys, "a", NAMES));
        return new KeyedCertificate(keys.getPrivate(), List.of(given(name)));
    }

    private static void handshake(FakeKubelet kubelet, SSLContext trust, String host) throws Exception {
        try (SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket(host, kubelet.port())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(30_000);
            socket.startHandshake();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void whatANodeServesWithNeverPassesForAnApiServer(String host) throws Exception {
        KeyedCertificate serving = serving("serves-" + host);
        assertThat(serving.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        Path nodes = server.pki.authorityFile().resolveSibling("nodes.crt");
        try (FakeKubelet kubelet = new FakeKubelet(serving, exchange -> {})) {
            // Who trusts the nodes' authority takes it, so nothing else is wrong with it.
            handshake(kubelet, server.trusting(null, nodes), host);
            assertThatThrownBy(() -> handshake(kubelet, server.trusting(null), host))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("certification path");
        }
    }

    @Test
    void norWithTheNodesAuthorityBesideIt() throws Exception {
        KeyedCertificate serving = serving("serves-chain");
        List<X509Certificate> above =
                Pem.certificates(Files.readString(server.pki.authorityFile().resolveSibling("nodes.crt")));
        KeyedCertificate chain = new KeyedCertificate(serving.key(), List.of(serving.certificate(), above.get(0)));
        try (FakeKubelet kubelet = new FakeKubelet(chain, exchange -> {})) {
            assertThatThrownBy(() -> handshake(kubelet, server.trusting(null), "127.0.0.1"))
                    .isInstanceOf(SSLException.class);
        }
    }

    /** As an administrator's agent does. */
    @Test
    void whoMayDoEverythingAsksForAnyNode() throws Exception {
        asked(admin, "by-admin", SERVING, request(Keys.make(), "b", NAMES));

        assertThat(given("by-admin").getSubjectX500Principal().getName()).isEqualTo("CN=system:node:b,O=system:nodes");
    }

    @Test
    void itIsNoClientsCertificate() throws Exception {
        HttpClient served = server.http(serving("serves-client"), HttpClient.Version.HTTP_2);

        assertThat(server.send(served, "GET", REQUESTS + "/serves-client", null).code())
                .isEqualTo(401);
    }

    @Test
    void aRequestThatSomebodyElseSendsAgainIsNotApproved() throws Exception {
        String serves = request(Keys.make(), "a", NAMES);
        String joins = request(Keys.make(), "a", "");
        asked(node, "own-server", SERVING, serves);
        asked(node, "own-client", CLIENT, joins);
        given("own-server");
        given("own-client");

        asked(machine, "replayed-by-machine", SERVING, serves);
        asked(asking, "replayed-server", SERVING, serves);
        asked(asking, "replayed-client", CLIENT, joins);
        nothingCameOf("replayed-by-machine", "replayed-server", "replayed-client");

        HttpClient other = client("system:node:b", "system:nodes");
        for (String signer : List.of(SERVING, CLIENT)) {
            Answer refused = ask(other, "replayed-by-node", signer, signer.equals(SERVING) ? serves : joins);
            assertThat(refused.code()).isEqualTo(403);
            assertThat(refused.message()).contains("can only create a node CSR with CN=system:node:b");
        }
    }

    @Test
    void theSameNodeMaySendItAgain() throws Exception {
        String serves = request(Keys.make(), "a", NAMES);
        asked(node, "first", SERVING, serves);
        asked(node, "again", SERVING, serves);

        assertThat(given("again").getPublicKey()).isEqualTo(given("first").getPublicKey());
        assertThat(given("again").getSerialNumber()).isNotEqualTo(given("first").getSerialNumber());
    }

    @Test
    void anOperatorTakesTheApprovalAway() throws Exception {
        String path = RBAC + "/clusterrolebindings/everynode:node-autoapprove-serving";
        JsonNode subjects = server.send(admin, "GET", path, null).json().path("subjects");
        patch(path, "[]");
        try {
            asked(node, "by-hand", SERVING, request(Keys.make(), "a", NAMES));
            nothingCameOf("by-hand");
        } finally {
            patch(path, subjects.toString());
        }
        Answer approved = server.send(
                admin,
                "PATCH",
                REQUESTS + "/by-hand/approval",
                "{\"status\":{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\",\"reason\":\"x\"}]}}",
                "Content-Type",
                "application/merge-patch+json");
        assertThat(approved.code()).as(approved.text()).isEqualTo(200);
        given("by-hand");
    }

    private static void patch(String path, String subjects) {
        Answer answer = server.send(
                admin,
                "PATCH",
                path,
                "{\"subjects\":" + subjects + "}",
                "Content-Type",
                "application/merge-patch+json");
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
    }
}
