package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.apiserver.authentication.BootstrapTokens;
import io.everynode.apiserver.authentication.UserTokens;
import io.everynode.apiserver.certificates.Requests;
import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.Keys;
import io.everynode.apiserver.pki.Pem;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.objects.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets in over real TLS, and who does not. */
class AuthenticationTest {

    private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static final String SECRETS = "/api/v1/namespaces/kube-system/secrets";
    private static final String UNAUTHORIZED = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
            + "\"status\":\"Failure\",\"message\":\"Unauthorized\",\"reason\":\"Unauthorized\",\"code\":401}";

    @TempDir
    static Path directory;

    private static SecuredServer server;
    private static HttpClient admin;
    private static HttpClient nobody;

    @BeforeAll
    static void start() throws Exception {
        server = new SecuredServer(directory.resolve("server"));
        admin = server.http(server.client("root", "system:masters"), HttpClient.Version.HTTP_2);
        nobody = server.http(null, HttpClient.Version.HTTP_2);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Answer who(HttpClient client, String... headers) {
        return server.send(client, "POST", WHO, "{}", headers);
    }

    private static Answer withToken(String token) {
        return who(nobody, "Authorization", "Bearer " + token);
    }

    private static String user(Answer answer) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
        JsonNode info = answer.json().at("/status/userInfo");
        return Json.text(info, "username") + " " + info.path("groups");
    }

    private static void refused(Answer answer) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(401);
        assertThat(answer.text()).isEqualTo(UNAUTHORIZED);
    }

    private static void make(JsonNode secret) {
        Answer made = server.send(
                admin,
                "POST",
                SECRETS,
                new String(Json.encode(secret), StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");
        assertThat(made.code()).as(made.text()).isEqualTo(201);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aCertificateOfOursTellsUserAndGroups(HttpClient.Version version) {
        HttpClient client = server.http(server.client("ann", "devs", "ops, too"), version);
        for (int i = 0; i < 3; i++) {
            Answer answer = who(client);
            assertThat(user(answer)).isEqualTo("ann [\"devs\",\"ops, too\",\"system:authenticated\"]");
            assertThat(answer.response().version()).isEqualTo(version);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /healthz, 200",
        "GET, /livez, 200",
        "GET, /readyz, 200",
        "GET, /version, 200",
        "GET, /cacerts, 200",
        "GET, /, 401",
        "GET, /api, 401",
        "GET, /apis, 401",
        "GET, /openapi/v2, 401",
        "GET, /openid/v1/jwks, 401",
        "GET, /.well-known/openid-configuration, 401",
        "GET, /nothing, 401",
        "GET, /api/v1/nodes, 401",
        "GET, /healthz/../api/v1/nodes, 401",
        "GET, /api/v1/namespaces/kube-system/secrets, 401",
        "DELETE, /api/v1/namespaces/default/configmaps/a, 401",
        "POST, /apis/authentication.k8s.io/v1/selfsubjectreviews, 401",
    })
    void withoutCredentialsLittleIsAnswered(String method, String path, int code) {
        Answer answer = server.send(nobody, method, path, method.equals("POST") ? "{}" : null);

        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        if (code == 401) {
            refused(answer);
        }
    }

    @Test
    void theAuthorityIsToldToEverybody() throws Exception {
        assertThat(server.send(nobody, "GET", "/cacerts", null).text())
                .isEqualTo(Files.readString(server.pki.authorityFile()));
    }

    @Test
    void aWrongCredentialIsRefusedAlsoWhereNoneIsNeeded() {
        refused(server.send(nobody, "GET", "/version", null, "Authorization", "Bearer nonsense"));
    }

    @Test
    void certificatesOfOthersShowNobody() {
        PkiDirectory foreign = new PkiDirectory(directory.resolve("foreign"), InstantSource.system());
        KeyedCertificate stranger = SecuredServer.client(foreign, "root", Duration.ofHours(1), "system:masters");

        refused(who(server.http(stranger, HttpClient.Version.HTTP_2)));
        refused(who(server.http(stranger, HttpClient.Version.HTTP_1_1)));
    }

    @Test
    void anExpiredCertificateShowsNobody() {
        InstantSource yesterday = () -> Clock.systemUTC().instant().minus(Duration.ofDays(1));
        PkiDirectory past = new PkiDirectory(server.pki.authorityFile().getParent(), yesterday);

        refused(who(server.http(SecuredServer.client(past, "ann", Duration.ofHours(1)), HttpClient.Version.HTTP_2)));
    }

    @Test
    void theServersOwnCertificateIsNoClients() throws Exception {
        Path pki = server.pki.authorityFile().getParent();
        KeyedCertificate own = new KeyedCertificate(
                Pem.privateKey(Files.readString(pki.resolve("server.key"))),
                Pem.certificates(Files.readString(pki.resolve("server.crt"))));

        refused(who(server.http(own, HttpClient.Version.HTTP_2)));
    }

    @Test
    void aTokenCountsBesideACertificateThatDoesNot() throws Exception {
        String token = UserTokens.token("aaaaaaaaaa", new byte[32]);
        make(UserTokens.object(token, new byte[16], "tom", List.of("g"), null));
        PkiDirectory foreign = new PkiDirectory(directory.resolve("foreign2"), InstantSource.system());
        KeyedCertificate stranger = SecuredServer.client(foreign, "root", Duration.ofHours(1));

        assertThat(user(who(server.http(stranger, HttpClient.Version.HTTP_2), "Authorization", "Bearer " + token)))
                .isEqualTo("tom [\"g\",\"system:authenticated\"]");
    }

    @Test
    void aCertificateThatCountsGoesBeforeAToken() {
        assertThat(user(who(admin, "Authorization", "Bearer nonsense"))).startsWith("root ");
    }

    @Test
    void aTokenOfAUserCountsUntilItIsRevoked() {
        String token = UserTokens.token("bbbbbbbbbb", new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
        });
        make(UserTokens.object(
                token, new byte[16], "tina", List.of(), server.now().plusSeconds(3600)));
        assertThat(user(withToken(token))).isEqualTo("tina [\"system:authenticated\"]");
        refused(withToken(UserTokens.token("bbbbbbbbbb", new byte[32])));

        server.send(admin, "DELETE", SECRETS + "/user-token-bbbbbbbbbb", null);
        refused(withToken(token));
    }

    @Test
    void aBootstrapTokenIsOfABootstrapper() {
        make(BootstrapTokens.object("abcdef.0123456789abcdef", "", server.now().plusSeconds(3600)));
        make(BootstrapTokens.object("fedcba.0123456789abcdef", "", server.now().minusSeconds(1)));

        assertThat(user(withToken("abcdef.0123456789abcdef")))
                .isEqualTo("system:bootstrap:abcdef [\"system:bootstrappers\",\"system:authenticated\"]");
        refused(withToken("abcdef.0123456789abcdee"));
        refused(withToken("fedcba.0123456789abcdef"));
        JsonNode review = server.send(
                        admin,
                        "POST",
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        "{\"spec\":{\"token\":\"abcdef.0123456789abcdef\"}}")
                .json()
                .path("status");
        assertThat(Json.text(review, "user", "username")).isEqualTo("system:bootstrap:abcdef");
    }

    @Test
    void anAccountsTokenEndsWithItsAccount() {
        String account = "/api/v1/namespaces/default/serviceaccounts";
        server.send(admin, "POST", account, "{\"metadata\":{\"name\":\"robot\"}}");
        String token = Json.text(
                server.send(admin, "POST", account + "/robot/token", "{}").json(), "status", "token");
        String foreign = Json.text(
                server.send(admin, "POST", account + "/robot/token", "{\"spec\":{\"audiences\":[\"vault\"]}}")
                        .json(),
                "status",
                "token");
        assertThat(user(withToken(token))).startsWith("system:serviceaccount:default:robot ");
        refused(withToken(foreign));

        server.send(admin, "DELETE", account + "/robot", null);
        refused(withToken(token));
    }

    @Test
    void whoIsNoMasterMakesNoTokensOfUsers() {
        HttpClient ann = server.http(server.client("ann"), HttpClient.Version.HTTP_2);
        String token = UserTokens.token("cccccccccc", new byte[32]);
        String secret = new String(
                Json.encode(UserTokens.object(token, new byte[16], "root", List.of("system:masters"), null)),
                StandardCharsets.UTF_8);

        assertThat(server.send(ann, "POST", SECRETS, secret).code()).isEqualTo(403);
        make(UserTokens.object(token, new byte[16], "tim", List.of(), null));
        assertThat(server.send(
                                ann,
                                "PATCH",
                                SECRETS + "/user-token-cccccccccc",
                                "{\"data\":{\"user\":\"cm9vdA==\"}}",
                                "Content-Type",
                                "application/merge-patch+json")
                        .code())
                .isEqualTo(403);
        assertThat(user(withToken(token))).startsWith("tim ");
    }

    @Test
    void theKeysOfTokensAreTold() {
        Answer keys = server.send(admin, "GET", "/openid/v1/jwks", null);
        assertThat(keys.header("Content-Type")).isEqualTo("application/jwk-set+json");
        assertThat(keys.json().at("/keys/0/alg").asText()).isEqualTo("ES256");
        assertThat(server.send(admin, "GET", "/.well-known/openid-configuration", null)
                        .json()
                        .path("issuer")
                        .asText())
                .isEqualTo(AccountTokens.ISSUER);
    }

    /** As a client that knows nothing newer says hello; Java's own refuses to. */
    @Test
    void olderVersionsOfTlsAreRefused() throws Exception {
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        hello.writeBytes(new byte[] {0x16, 3, 1, 0, 47, 1, 0, 0, 43, 3, 2});
        hello.writeBytes(new byte[32]);
        hello.writeBytes(new byte[] {0, 0, 4, (byte) 0xc0, 0x0a, (byte) 0xc0, 0x09, 1, 0});
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(hello.toByteArray());
            byte[] alert = socket.getInputStream().readNBytes(7);

            // A fatal alert: the version of the protocol.
            assertThat(alert[0]).isEqualTo((byte) 0x15);
            assertThat(alert[5]).isEqualTo((byte) 2);
            assertThat(alert[6]).isEqualTo((byte) 70);
        }
    }

    @Test
    void plainTextGetsNoAnswer() {
        assertThat(RawClient.exchange(server.port(), "GET /version HTTP/1.1\r\nHost: x\r\n\r\n"))
                .doesNotContain("HTTP/1.1");
    }

    @Test
    void newCertificatesAreUsedWithoutARestart() throws Exception {
        HttpRequest watch = HttpRequest.newBuilder(server.at(
                        "/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=0&allowWatchBookmarks=true"))
                .build();
        var open = admin.send(watch, BodyHandlers.ofInputStream());
        BigInteger before = presented().getSerialNumber();
        Path pki = server.pki.authorityFile().getParent();
        // A pair of which half is another's, as when a process ends between two files.
        PkiDirectory other = new PkiDirectory(pki, InstantSource.system());
        KeyedCertificate stranger = other.client(other.authority(), "x", List.of(), Duration.ofDays(1));
        Files.writeString(pki.resolve("server.key"), Pem.of(stranger.key()));
        server.forward(Duration.ofSeconds(2));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !presented().getSerialNumber().equals(before));

        server.send(admin, "POST", "/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"rotated\"}}");
        try (InputStream body = open.body();
                BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).contains("rotated");
        }
        assertThat(Instant.now()).isBefore(presented().getNotAfter().toInstant());
    }

    private static X509Certificate presented() throws Exception {
        try (SSLSocket socket =
                (SSLSocket) server.trusting(null).getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

    private static JsonNode request(String name, String signer, String request, String usages) {
        Answer made = server.send(
                admin,
                "POST",
                REQUESTS,
                ("{'metadata':{'name':'" + name + "'},'spec':{'signerName':'kubernetes.io/" + signer + "','request':'"
                                + request + "','usages':[" + usages + "]}}")
                        .replace('\'', '"'));
        assertThat(made.code()).as(made.text()).isEqualTo(201);
        return made.json();
    }

    private static JsonNode status(String name) {
        return server.send(admin, "GET", REQUESTS + "/" + name, null).json().path("status");
    }

    @Test
    void aMachineJoinsByACertificateRequest() throws Exception {
        KeyPair keys = Keys.make();
        request(
                "joins",
                "kube-apiserver-client-kubelet",
                Requests.of(keys, "O=system:nodes,CN=system:node:new", ""),
                "'digital signature','client auth'");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !Json.text(status("joins"), "certificate").isEmpty());
        assertThat(status("joins").at("/conditions/0/reason").asText()).isEqualTo("AutoApproved");
        String pem = new String(
                Base64.getDecoder().decode(Json.text(status("joins"), "certificate")), StandardCharsets.US_ASCII);
        KeyedCertificate own = new KeyedCertificate(keys.getPrivate(), Pem.certificates(pem));

        assertThat(user(who(server.http(own, HttpClient.Version.HTTP_2))))
                .isEqualTo("system:node:new [\"system:nodes\",\"system:authenticated\"]");
    }

    @Test
    void whatPeopleApproveIsSignedOrFails() {
        request(
                "serves",
                "kubelet-serving",
                Requests.of(Keys.make(), "O=system:nodes,CN=system:node:new", "dns:new ip:10.0.0.1"),
                "'digital signature','server auth'");
        request(
                "boss",
                "kube-apiserver-client",
                Requests.of(Keys.make(), "O=system:masters,CN=eve", ""),
                "'client auth'");
        for (String name : List.of("serves", "boss")) {
            Answer approved = server.send(
                    admin,
                    "PATCH",
                    REQUESTS + "/" + name + "/approval",
                    "{\"status\":{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\",\"reason\":\"x\"}]}}",
                    "Content-Type",
                    "application/merge-patch+json");
            assertThat(approved.code()).as(approved.text()).isEqualTo(200);
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !Json.text(status("serves"), "certificate").isEmpty());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> status("boss").toString().contains("SignerValidationFailure"));
        assertThat(Json.text(status("boss"), "certificate")).isEmpty();
    }
}
