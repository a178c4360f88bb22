package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.apiserver.pki.Keys;
import io.everynode.apiserver.pki.Pem;
import io.everynode.objects.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of ServiceAccounts over TLS: what others verify them by, what they end with, and changes of their key. */
class AccountTokensTest {

    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

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

    private static Answer post(String path, String body) {
        return server.send(admin, "POST", path, body.replace('\'', '"'));
    }

    private static void account(String name) {
        assertThat(post(ACCOUNTS, "{'metadata':{'name':'" + name + "'}}").code())
                .isEqualTo(201);
    }

    private static void pod(String name, String account, String node) {
        Answer made = post(
                PODS,
                "{'metadata':{'name':'" + name + "'},'spec':{'serviceAccountName':'" + account + "'," + node
                        + "'containers':[{'name':'c','image':'i'}]}}");
        assertThat(made.code()).as(made.text()).isEqualTo(201);
    }

    private static String token(String account, String spec) {
        Answer made = post(ACCOUNTS + "/" + account + "/token", "{'spec':{" + spec + "}}");
        assertThat(made.code()).as(made.text()).isEqualTo(201);
        return Json.text(made.json(), "status", "token");
    }

    private static String bound(String kind, String name) {
        return "'boundObjectRef':{'apiVersion':'v1','kind':'" + kind + "','name':'" + name + "'}";
    }

    private static Answer who(String token) {
        return server.send(
                nobody,
                "POST",
                "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                "{}",
                "Authorization",
                "Bearer " + token);
    }

    private static JsonNode info(String token) {
        Answer answer = who(token);
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
        return answer.json().at("/status/userInfo");
    }

    private static JsonNode review(String token, String audiences) {
        return post(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        "{'spec':{'token':'" + token + "','audiences':[" + audiences + "]}}")
                .json()
                .path("status");
    }

    private static JsonNode claims(String token) {
        return Json.parse(DECODER.decode(token.split("\\.")[1]));
    }

    /** With the JDK alone, from what the server publishes. */
    private static boolean verifies(String token) throws GeneralSecurityException {
        JsonNode configuration = server.send(admin, "GET", "/.well-known/openid-configuration", null)
                .json();
        String uri = Json.text(configuration, "jwks_uri");
        assertThat(uri).startsWith("https://").endsWith("/openid/v1/jwks");
        assertThat(claims(token).path("iss")).isEqualTo(configuration.path("issuer"));
        String[] parts = token.split("\\.");
        JsonNode header = Json.parse(DECODER.decode(parts[0]));
        for (JsonNode key :
                server.send(admin, "GET", "/openid/v1/jwks", null).json().path("keys")) {
            if (key.path("kid").equals(header.path("kid"))) {
                Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
                signature.initVerify(publicKey(key));
                signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
                return signature.verify(DECODER.decode(parts[2]));
            }
        }
        return false;
    }

    private static PublicKey publicKey(JsonNode jwk) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(
                new BigInteger(1, DECODER.decode(Json.text(jwk, "x"))),
                new BigInteger(1, DECODER.decode(Json.text(jwk, "y"))));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
    }

    @Test
    void othersVerifyATokenWithWhatIsPublished() throws Exception {
        account("verified");
        String token = token("verified", "");
        assertThat(verifies(token)).isTrue();
        int last = token.length() - 10;
        assertThat(verifies(
                        token.substring(0, last) + (token.charAt(last) == 'A' ? 'B' : 'A') + token.substring(last + 1)))
                .isFalse();
    }

    @Test
    void aTokenForOthersIsNotForThisServer() {
        account("guest");
        String vault = token("guest", "'audiences':['vault']");
        assertThat(who(vault).code()).isEqualTo(401);
        assertThat(review(vault, "'vault'").path("authenticated").asBoolean()).isTrue();
        assertThat(Json.text(review(vault, "'other'"), "error")).contains("is invalid for the target audiences");
        String both = token("guest", "'audiences':['vault','" + AccountTokens.ISSUER + "']");
        assertThat(Json.text(info(both), "username")).isEqualTo("system:serviceaccount:default:guest");
        assertThat(review(both, "'other','vault'").path("audiences")).hasToString("[\"vault\"]");
    }

    @Test
    void aTokenEndsWithItsPodItsAccountOrItsTime() {
        account("short");
        pod("ends", "short", "");
        String ofPod = token("short", bound("Pod", "ends"));
        String plain = token("short", "");
        assertThat(Json.text(info(ofPod), "username")).isEqualTo("system:serviceaccount:default:short");
        server.send(admin, "DELETE", PODS + "/ends?gracePeriodSeconds=0", null);
        assertThat(who(ofPod).code()).isEqualTo(401);
        assertThat(Json.text(review(ofPod, ""), "error")).contains("service account token has been invalidated");
        pod("ends", "short", "");
        assertThat(who(ofPod).code()).as("another Pod of the name").isEqualTo(401);

        server.send(admin, "DELETE", ACCOUNTS + "/short", null);
        assertThat(who(plain).code()).isEqualTo(401);
        account("short");
        assertThat(who(plain).code()).as("another account of the name").isEqualTo(401);
    }

    @Test
    void aTokenTellsTheNodeOfItsPodAndMayBeBoundToOne() {
        account("nodes");
        assertThat(post("/api/v1/nodes", "{'metadata':{'name':'n1'}}").code()).isEqualTo(201);
        pod("placed", "nodes", "'nodeName':'n1',");
        JsonNode ofPod = claims(token("nodes", bound("Pod", "placed"))).path("kubernetes.io");
        String uid =
                Json.text(server.send(admin, "GET", "/api/v1/nodes/n1", null).json(), "metadata", "uid");
        assertThat(ofPod.path("node").toString()).isEqualTo("{\"name\":\"n1\",\"uid\":\"" + uid + "\"}");

        String ofNode = token("nodes", bound("Node", "n1"));
        assertThat(info(ofNode).path("extra").toString())
                .contains(
                        "\"authentication.kubernetes.io/node-name\":[\"n1\"]",
                        "\"authentication.kubernetes.io/node-uid\":[\"" + uid + "\"]");
        server.send(admin, "DELETE", "/api/v1/nodes/n1", null);
        assertThat(who(ofNode).code()).isEqualTo(401);
    }

    private static final String SECRETS = "/api/v1/namespaces/default/secrets";

    private static JsonNode data(String secret) {
        return server.send(admin, "GET", SECRETS + "/" + secret, null).json().path("data");
    }

    private static String decoded(JsonNode data, String key) {
        return new String(Base64.getDecoder().decode(Json.text(data, key)), StandardCharsets.UTF_8);
    }

    private static void secret(String name, String account) {
        Answer made = post(
                SECRETS,
                "{'metadata':{'name':'" + name + "','annotations':{'kubernetes.io/service-account.name':'" + account
                        + "'}},'type':'kubernetes.io/service-account-token'}");
        assertThat(made.code()).as(made.text()).isEqualTo(201);
    }

    private static void until(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(60))
                .until(condition);
    }

    @Test
    void aSecretOfItsTypeIsFilledAndItsTokenEndsWithIt() throws Exception {
        account("kept");
        secret("first", "kept");
        secret("second", "kept");
        until(() -> data("first").has("token") && data("second").has("token"));
        String token = decoded(data("first"), "token");
        assertThat(decoded(data("first"), "namespace")).isEqualTo("default");
        assertThat(decoded(data("first"), "ca.crt")).isEqualTo(Files.readString(server.pki.authorityFile()));
        assertThat(claims(token).has("exp")).isFalse();
        assertThat(info(token).path("username").asText()).isEqualTo("system:serviceaccount:default:kept");
        assertThat(review(token, "'vault'").path("authenticated").asBoolean())
                .as("for this server alone")
                .isFalse();
        assertThat(server.send(
                                admin,
                                "PATCH",
                                SECRETS + "/first",
                                "{\"data\":{\"token\":\"" + Json.text(data("second"), "token") + "\"}}",
                                "Content-Type",
                                "application/merge-patch+json")
                        .code())
                .isEqualTo(200);
        assertThat(who(token).code()).as("the Secret holds another one").isEqualTo(401);

        String second = decoded(data("second"), "token");
        assertThat(who(second).code()).isEqualTo(201);
        server.send(admin, "DELETE", SECRETS + "/second", null);
        assertThat(who(second).code()).isEqualTo(401);
    }

    @Test
    void secretsOfAnAccountGoWithItAndThoseOfNoneAtOnce() {
        secret("of-nobody", "nobody");
        until(() -> server.send(admin, "GET", SECRETS + "/of-nobody", null).code() == 404);
        account("passing");
        secret("of-passing", "passing");
        until(() -> data("of-passing").has("token"));
        String token = decoded(data("of-passing"), "token");
        server.send(admin, "DELETE", ACCOUNTS + "/passing", null);
        assertThat(who(token).code()).isEqualTo(401);
        until(() -> server.send(admin, "GET", SECRETS + "/of-passing", null).code() == 404);
    }

    private static Path keyFile() {
        return directory.resolve("server").resolve("pki").resolve("accounts.key");
    }

    private static void write(String text) throws IOException {
        Files.writeString(keyFile(), text, StandardCharsets.US_ASCII);
        server.forward(Duration.ofSeconds(2));
    }

    private static String kid(String token) {
        return Json.text(Json.parse(DECODER.decode(token.split("\\.")[0])), "kid");
    }

    /** As docs/security.md tells it: known first, then it signs, then the old one goes. */
    @Test
    void anotherKeySignsWithoutARestartAndOldTokensCountUntilTheirKeyGoes() throws Exception {
        account("rotated");
        String before = token("rotated", "");
        String old = Files.readString(keyFile());
        KeyPair next = Keys.make();
        String fresh = Pem.of(next.getPrivate()) + Pem.of(next.getPublic());

        write(old + fresh);
        assertThat(kid(token("rotated", ""))).isEqualTo(kid(before));
        write(fresh + old);
        String after = token("rotated", "");
        assertThat(kid(after)).isNotEqualTo(kid(before));
        for (String each : new String[] {before, after}) {
            assertThat(Json.text(info(each), "username")).isEqualTo("system:serviceaccount:default:rotated");
            assertThat(verifies(each)).isTrue();
        }
        write("no key at all");
        assertThat(who(after).code()).as("what cannot be used changes nothing").isEqualTo(201);
        write(Pem.of(next.getPublic()) + old);
        assertThat(who(after).code()).as("a public half cannot sign").isEqualTo(201);
        write(fresh);
        assertThat(who(before).code()).isEqualTo(401);
        assertThat(who(after).code()).isEqualTo(201);
        write(fresh + old);
    }
}
