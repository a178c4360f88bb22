package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.objects.Json;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions about what someone may do and who someone is, and tokens of ServiceAccounts. */
class ReviewTest {

    private static final String AUTHORIZATION = "/apis/authorization.k8s.io/v1";
    private static final String AUTHENTICATION = "/apis/authentication.k8s.io/v1";
    private static final String ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/robot";

    @RegisterExtension
    static final TestServer server = new TestServer();

    @BeforeAll
    static void anAccountAndItsPod() {
        post("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'robot'}}");
        post(
                "/api/v1/namespaces/default/pods",
                "{'metadata':{'name':'p'},'spec':{'serviceAccountName':'robot','containers':[{'name':'c','image':'i'}]}}");
        post(
                "/api/v1/namespaces/default/pods",
                "{'metadata':{'name':'other'},'spec':{'serviceAccountName':'x','containers':[{'name':'c','image':'i'}]}}");
    }

    private static Answer post(String path, String body) {
        return server.post(path, body.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/selfsubjectaccessreviews|{'spec':{'resourceAttributes':{'verb':'get','resource':'pods'}}}",
                "/selfsubjectaccessreviews|{'spec':{'nonResourceAttributes':{'verb':'get','path':'/healthz'}}}",
                "/subjectaccessreviews|{'spec':{'user':'u','resourceAttributes':{'verb':'get','resource':'pods'}}}",
                "/namespaces/a/localsubjectaccessreviews|{'spec':{'groups':['g'],'resourceAttributes':{'namespace':'a','verb':'get'}}}",
            })
    void nobodyIsRefusedAndTheAnswerSaysWhy(String path, String body) {
        Answer answer = post(AUTHORIZATION + path, body);

        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.json().path("status").path("allowed").asBoolean()).isTrue();
        assertThat(Json.text(answer.json(), "status", "reason")).startsWith("authorization is not on");
        assertThat(answer.json().path("spec"))
                .isEqualTo(Json.parse(body.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .path("spec"));
    }

    @Test
    void tellsAllThatSomebodyMayDo() {
        Answer answer = post(AUTHORIZATION + "/selfsubjectrulesreviews", "{'spec':{'namespace':'default'}}");

        assertThat(answer.json().path("status"))
                .hasToString(
                        "{\"resourceRules\":[{\"verbs\":[\"*\"],\"apiGroups\":[\"*\"],\"resources\":[\"*\"]}],"
                                + "\"nonResourceRules\":[{\"verbs\":[\"*\"],\"nonResourceURLs\":[\"*\"]}],\"incomplete\":false}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/selfsubjectaccessreviews|{'spec':{}}|422|SelfSubjectAccessReview.authorization.k8s.io \"\" is invalid: "
                        + "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
                "/selfsubjectaccessreviews|{'metadata':{'name':'x'},'spec':{'resourceAttributes':{}}}|422|"
                        + "SelfSubjectAccessReview.authorization.k8s.io \"\" is invalid: metadata: Invalid value: {\"name\":\"x\"}: must be empty",
                "/subjectaccessreviews|{'spec':{'resourceAttributes':{}}}|422|SubjectAccessReview.authorization.k8s.io \"\" is invalid: "
                        + "spec.user: Invalid value: \"\": at least one of user or group must be specified",
                "/subjectaccessreviews|{'spec':{'user':'u','resourceAttributes':{'fieldSelector':{}}}}|422|"
                        + "SubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.resourceAttributes.fieldSelector.requirements: Required value: "
                        + "when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required",
                "/namespaces/a/localsubjectaccessreviews|{'spec':{'user':'u','resourceAttributes':{'namespace':'b'}}}|422|"
                        + "LocalSubjectAccessReview.authorization.k8s.io \"\" is invalid: spec.resourceAttributes.namespace: Invalid value: \"b\": must match metadata.namespace",
                "/selfsubjectrulesreviews|{'spec':{}}|400|no namespace on request",
                "/selfsubjectrulesreviews|{'spec':{'namespace':5}}|400|",
                "/localsubjectaccessreviews|{}|404|the server could not find the requested resource",
                "/namespaces/a/subjectaccessreviews|{}|404|the server could not find the requested resource",
            })
    void wrongQuestions(String path, String body, int code, String message) {
        Answer answer = post(AUTHORIZATION + path, body);

        assertThat(answer.code()).isEqualTo(code);
        if (message != null) {
            assertThat(answer.message()).isEqualTo(message);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET", "PUT", "DELETE", "PATCH"})
    void questionsAreOnlyPosted(String method) {
        Answer answer =
                server.send(method, AUTHORIZATION + "/selfsubjectaccessreviews", method.startsWith("P") ? "{}" : null);

        assertThat(answer.code()).isEqualTo(405);
    }

    @Test
    void tellsWhoIsAsking() {
        Answer answer = post(AUTHENTICATION + "/selfsubjectreviews", "{}");

        assertThat(answer.json().at("/status/userInfo"))
                .hasToString(
                        "{\"username\":\"system:admin\",\"groups\":[\"system:masters\",\"system:authenticated\"]}");
    }

    private static ObjectNode review(String token, String audiences) {
        return post(AUTHENTICATION + "/tokenreviews", "{'spec':{'token':'" + token + "'" + audiences + "}}")
                .json();
    }

    @Test
    void aTokenOfAnAccountIsKnownAgain() {
        Answer made = post(ACCOUNT + "/token", "{'spec':{'expirationSeconds':1200}}");
        assertThat(made.code()).isEqualTo(201);
        assertThat(Json.text(made.json(), "kind")).isEqualTo("TokenRequest");
        assertThat(made.json().at("/spec/audiences/0").asText()).isEqualTo(AccountTokens.ISSUER);
        assertThat(Json.text(made.json(), "status", "expirationTimestamp")).isNotEmpty();
        String token = Json.text(made.json(), "status", "token");
        JsonNode claims = Json.parse(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        assertThat(Json.text(claims, "sub")).isEqualTo("system:serviceaccount:default:robot");
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(1200);

        JsonNode status = review(token, "").path("status");
        assertThat(status.path("authenticated").asBoolean()).isTrue();
        assertThat(Json.text(status, "user", "username")).isEqualTo("system:serviceaccount:default:robot");
        assertThat(status.at("/user/groups"))
                .hasToString(
                        "[\"system:serviceaccounts\",\"system:serviceaccounts:default\",\"system:authenticated\"]");
        assertThat(status.at("/audiences/0").asText()).isEqualTo(AccountTokens.ISSUER);

        assertThat(review(token, ",'audiences':['vault']")
                        .at("/status/authenticated")
                        .asBoolean())
                .isFalse();
        int last = token.length() - 10;
        String other = token.substring(0, last) + (token.charAt(last) == 'A' ? 'B' : 'A') + token.substring(last + 1);
        assertThat(review(other, "").at("/status/authenticated").asBoolean()).isFalse();
        assertThat(review("a.b.c", "").at("/status/error").asText()).contains("invalid bearer token");
        assertThat(post(AUTHENTICATION + "/tokenreviews", "{'spec':{}}").code()).isEqualTo(400);
    }

    @Test
    void aBoundTokenEndsWithItsPod() {
        post(
                "/api/v1/namespaces/default/pods",
                "{'metadata':{'name':'short'},'spec':{'serviceAccountName':'robot','containers':[{'name':'c','image':'i'}]}}");
        Answer made = post(
                ACCOUNT + "/token",
                "{'spec':{'audiences':['vault'],'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'short'}}}");
        String token = Json.text(made.json(), "status", "token");
        JsonNode status = review(token, ",'audiences':['vault','else']").path("status");
        assertThat(status.at("/user/extra/authentication.kubernetes.io~1pod-name/0")
                        .asText())
                .isEqualTo("short");
        assertThat(status.path("audiences")).hasToString("[\"vault\"]");

        server.send("DELETE", "/api/v1/namespaces/default/pods/short?gracePeriodSeconds=0", null);
        assertThat(review(token, ",'audiences':['vault']")
                        .at("/status/authenticated")
                        .asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/robot|{'spec':{'expirationSeconds':5}}|422|TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: "
                        + "Invalid value: 5: may not specify a duration less than 10 minutes",
                "/nobody|{}|404|serviceaccounts \"nobody\" not found",
                "/robot|{'metadata':{'name':'x'}}|422|TokenRequest.authentication.k8s.io \"robot\" is invalid: metadata.name: Invalid value: \"x\": "
                        + "must match the service account name if specified",
                "/robot|{'spec':{'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'none'}}}|404|pods \"none\" not found",
                "/robot|{'spec':{'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'other'}}}|400|cannot bind token for serviceaccount "
                        + "\"robot\" to pod running with different serviceaccount name.",
                "/robot|{'spec':{'boundObjectRef':{'kind':'Lease','apiVersion':'v1','name':'x'}}}|400|cannot bind token to object of type v1, Kind=Lease",
            })
    void wrongWishesForTokens(String account, String body, int code, String message) {
        Answer answer = post("/api/v1/namespaces/default/serviceaccounts" + account + "/token", body);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.message()).isEqualTo(message);
    }

    /** Made with openssl; what it says about its sender is not believed. */
    @Test
    void aCertificateRequestTellsWhoReallyAsked() {
        String request = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlHTE1EOENBUUF3RERFS01BZ0dBMVVFQXd3QmVEQXFN"
                + "QVVHQXl0bGNBTWhBTnFjcXlLR2xLa1ZWcUFJZW5JKwpkYU9IWHpseUMyYzRPUk0rT3FxTyt4YlhvQUF3QlFZREsyVndBMEVB"
                + "OC9hdDZkL0Ziek1NVDg1N0JuSUpZRGhRCi8rSXF6cE90OUQwSGI0Y3FsWEx1dWhnRzF1UFROaElmY2JVZ2ljcHVMZU1kUHBZ"
                + "eU5rc3Y1MW42VHpYbkRRPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==";
        String path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
        Answer created = post(
                path,
                "{'metadata':{'name':'c'},'spec':{'request':'" + request
                        + "','signerName':'kubernetes.io/kubelet-serving',"
                        + "'usages':['server auth'],'username':'mallory','uid':'7','groups':['g'],'extra':{'a':['b']}}}");

        assertThat(created.code()).isEqualTo(201);
        JsonNode spec = server.get(path + "/c").json().path("spec");
        assertThat(Json.text(spec, "username")).isEqualTo("system:admin");
        assertThat(spec.path("groups")).hasToString("[\"system:masters\",\"system:authenticated\"]");
        assertThat(spec.has("uid") || spec.has("extra")).isFalse();
        assertThat(server.get(path + "?fieldSelector=spec.signerName=kubernetes.io/kubelet-serving")
                        .json()
                        .path("items"))
                .hasSize(1);
        assertThat(server.get(path + "?fieldSelector=spec.signerName=other.io/x")
                        .json()
                        .path("items"))
                .isEmpty();
        assertThat(server.get(path + "?fieldSelector=spec.username=x").code()).isEqualTo(400);
    }

    @Test
    void aTokenOfAnObjectThatWasMadeAnewIsRefused() {
        Answer answer = post(
                ACCOUNT + "/token",
                "{'spec':{'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'p','uid':'old'}}}");

        assertThat(answer.code()).isEqualTo(409);
        assertThat(answer.message()).contains("the UID in the bound object reference (old) does not match");
    }
}
