package io.everynode.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import io.everynode.apiserver.authentication.RevokedCertificates;
import io.everynode.apiserver.certificates.RequestedCertificate;
import io.everynode.apiserver.certificates.Requests;
import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.Keys;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.objects.Json;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificates of nodes' endpoints a server with TLS takes, and for which nodes. */
@Timeout(60)
class NodeTrustTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String VERIFY = "everynode.api-server.kubelet.verify-certificates = on\n";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                    + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n";

    @TempDir
    static Path directory;

    private static SecuredServer server;
    private static HttpClient admin;

    @BeforeAll
    static void start() throws Exception {
        server = new SecuredServer(directory.resolve("server"), new FakeControlPlane(), VERIFY);
        admin = client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpClient client(SecuredServer server) {
        return server.http(server.client("root", "system:masters"), HttpClient.Version.HTTP_1_1);
    }

    /** Whoever the directory belongs to. */
    private static KeyedCertificate signed(
            PkiDirectory by, boolean forNode, String subject, String names, String usage, Duration valid) {
        KeyPair keys = Keys.make();
        RequestedCertificate wanted =
                RequestedCertificate.parse(Requests.of(keys, subject, names)).orElseThrow();
        List<String> usages = List.of("digital signature", usage);
        try {
            by.authorityOrNew();
            return new KeyedCertificate(
                    keys.getPrivate(),
                    List.of(
                            forNode
                                    ? by.signForNode(wanted, usages, valid, Instant.MIN)
                                    : by.sign(wanted, usages, valid, Instant.MIN)));
        } catch (PkiException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyedCertificate of(String node) {
        return signed(server.pki, true, subject(node), "ip:127.0.0.1", "server auth", Duration.ofHours(1));
    }

    private static String subject(String node) {
        return "O=system:nodes,CN=system:node:" + node;
    }

    private static PkiDirectory foreign() {
        return new PkiDirectory(directory.resolve("foreign"), Instant::now);
    }

    /** A Pod on a node of the same name. @return its path */
    private static String pod(SecuredServer server, HttpClient admin, String node, int port) {
        made(
                server,
                admin,
                "/api/v1/nodes",
                ("{'metadata':{'name':'" + node + "'},'status':{'addresses':[{'type':"
                                + "'InternalIP','address':'127.0.0.1'}],'daemonEndpoints':{'kubeletEndpoint':{'Port':"
                                + port
                                + "}}}}")
                        .replace('\'', '"'));
        made(server, admin, PODS, ReadTest.pod(node, node));
        return PODS + "/" + node;
    }

    private static void made(SecuredServer server, HttpClient admin, String path, String object) {
        Answer answer = server.send(admin, "POST", path, object, "Content-Type", "application/json");
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    }

    private static FakeKubelet kubelet(KeyedCertificate certificate) {
        return new FakeKubelet(certificate, exchange -> {
            byte[] log = "line\n".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, log.length);
            exchange.getResponseBody().write(log);
        });
    }

    private static void refused(Answer answer, String why) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(500);
        assertThat(answer.text()).startsWith("{\"kind\":\"Status\"");
        assertThat(answer.message())
                .contains("tls: failed to verify certificate: x509: certificate " + why)
                .contains("everynode.api-server.kubelet.verify-certificates");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "self-signed  | signed by unknown authority",
                "foreign      | signed by unknown authority",
                "members      | signed by unknown authority",
                "another      | is that of the node other, not that of n-another",
                "prefix       | is that of the node n-prefi, not that of n-prefix",
                "person       | is no node's, not that of n-person",
                "nobody       | is no node's, not that of n-nobody",
                "expired      | has expired or is not yet valid",
                "early        | has expired or is not yet valid",
                "client       | specifies an incompatible key usage",
            })
    void whatIsNotTheNodesIsRefused(String kind, String why) {
        String node = "n-" + kind;
        Duration hour = Duration.ofHours(1);
        String names = "ip:127.0.0.1";
        PkiDirectory past = at(Duration.ofHours(-2));
        PkiDirectory future = at(Duration.ofHours(2));
        KeyedCertificate shown = switch (kind) {
            case "self-signed" -> null;
            case "foreign" -> signed(foreign(), true, subject(node), names, "server auth", hour);
            // Of the authority that clients trust, as an older version signed them.
            case "members" -> signed(server.pki, false, subject(node), names, "server auth", hour);
            case "another" -> of("other");
            case "prefix" -> of("n-prefi");
            case "person" -> signed(server.pki, true, "O=system:nodes,CN=" + node, names, "server auth", hour);
            case "nobody" -> signed(server.pki, true, "CN=system:node:" + node, names, "server auth", hour);
            case "expired" -> signed(past, true, subject(node), names, "server auth", hour);
            case "early" -> signed(future, true, subject(node), names, "server auth", hour);
            default -> signed(server.pki, true, subject(node), names, "client auth", hour);
        };
        try (FakeKubelet kubelet = shown == null
                ? new FakeKubelet(directory, exchange -> {
                    throw new IllegalStateException("asked");
                })
                : kubelet(shown)) {
            String pod = pod(server, admin, node, kubelet.port());

            refused(server.send(admin, "GET", pod + "/log", null), why);
            assertThat(kubelet.asked).isEmpty();
        }
    }

    private static PkiDirectory at(Duration ahead) {
        return new PkiDirectory(
                server.pki.authorityFile().getParent(), () -> Instant.now().plus(ahead));
    }

    @Test
    void theNodesOwnIsTakenAndForNoOther() {
        try (FakeKubelet kubelet = kubelet(of("right"))) {
            String right = pod(server, admin, "right", kubelet.port());
            // Another that says it is reached there, too.
            String twin = pod(server, admin, "twin", kubelet.port());

            for (int i = 0; i < 3; i++) {
                Answer answer = server.send(admin, "GET", right + "/log", null);
                assertThat(answer.code()).as(answer.text()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("line\n");
                refused(server.send(admin, "GET", twin + "/log", null), "is that of the node right, not that of twin");
            }
            assertThat(server.send(admin, "GET", twin + "/log?insecureSkipTLSVerifyBackend=true", null)
                            .code())
                    .isEqualTo(200);
        }
    }

    @Test
    void aRevokedOneIsRefusedFromThenOn() {
        KeyedCertificate own = of("revoked");
        try (FakeKubelet kubelet = kubelet(own)) {
            String pod = pod(server, admin, "revoked", kubelet.port());
            assertThat(server.send(admin, "GET", pod + "/log", null).code()).isEqualTo(200);

            made(
                    server,
                    admin,
                    "/api/v1/namespaces/kube-system/configmaps",
                    new String(
                            Json.encode(
                                    RevokedCertificates.object(own.certificate().getSerialNumber(), "")),
                            UTF_8));
            refused(server.send(admin, "GET", pod + "/log", null), "was revoked");
        }
    }

    @ParameterizedTest
    @CsvSource({"stream-right, 101", "stream-wrong, 500"})
    void streamsAreVerifiedToo(String node, int code) throws Exception {
        try (UpgradingKubelet kubelet = new UpgradingKubelet(of("stream-right"), SWITCH)) {
            String pod = pod(server, admin, node, kubelet.port());
            try (Socket client = server.trusting(server.client("root", "system:masters"))
                    .getSocketFactory()
                    .createSocket("127.0.0.1", server.port())) {
                client.setSoTimeout(30_000);
                OutputStream out = client.getOutputStream();
                out.write(("POST " + pod + "/exec?command=sh&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                + "Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n"
                                + "Content-Length: 0\r\n\r\n")
                        .getBytes(UTF_8));
                out.flush();

                assertThat(UpgradingKubelet.head(client.getInputStream())).startsWith("HTTP/1.1 " + code + " ");
            }
            assertThat(kubelet.asked.isEmpty()).isEqualTo(code == 500);
        }
    }

    @Test
    void anOperatorsAuthorityIsUsedInstead() throws Exception {
        foreign().authorityOrNew();
        Path file = foreign().authorityFile();
        try (SecuredServer other = new SecuredServer(
                        directory.resolve("other"),
                        new FakeControlPlane(),
                        VERIFY + "everynode.api-server.kubelet.ca-file = \"" + file + "\"");
                FakeKubelet theirs = kubelet(
                        signed(foreign(), false, subject("theirs"), "dns:x", "server auth", Duration.ofHours(1)));
                FakeKubelet ours = kubelet(
                        signed(other.pki, true, subject("ours"), "dns:x", "server auth", Duration.ofHours(1)))) {
            HttpClient client = client(other);

            Answer answer = other.send(client, "GET", pod(other, client, "theirs", theirs.port()) + "/log", null);
            assertThat(answer.code()).as(answer.text()).isEqualTo(200);
            refused(
                    other.send(client, "GET", pod(other, client, "ours", ours.port()) + "/log", null),
                    "signed by unknown authority");
        }
    }

    @Test
    void offTakesEverything() throws Exception {
        try (SecuredServer other = new SecuredServer(
                        directory.resolve("off"), new FakeControlPlane(), VERIFY.replace("= on", "= off"));
                FakeKubelet kubelet = kubelet(of("whoever"))) {
            HttpClient client = client(other);

            assertThat(other.send(client, "GET", pod(other, client, "any", kubelet.port()) + "/log", null)
                            .code())
                    .isEqualTo(200);
        }
    }
}
