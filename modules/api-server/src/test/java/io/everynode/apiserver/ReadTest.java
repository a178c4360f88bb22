package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.controlplane.ControlPlane;
import io.everynode.objects.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadTest {

    private static final String LIST = "/api/v1/namespaces/default/configmaps";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void getsAnObject() {
        server.configMap("a", "");

        Answer answer = server.get(LIST + "/a");

        assertThat(answer.code()).isEqualTo(200);
        assertThat(Json.text(answer.json(), "kind")).isEqualTo("ConfigMap");
        assertThat(server.get(LIST + "/b").message()).isEqualTo("configmaps \"b\" not found");
    }

    @Test
    void readsAreCurrentUnlessTheClientSaysOtherwise() {
        server.configMap("a", "");
        server.controlPlane.broken = new ControlPlane.Unavailable("the database is away");

        assertThat(server.get(LIST + "/a").code()).isEqualTo(503);
        assertThat(server.get(LIST).header("Retry-After")).isEqualTo("1");
        assertThat(server.get(LIST).message()).isEqualTo("the database is away");
        assertThat(server.get(LIST + "?resourceVersion=0").names()).containsExactly("a");
        assertThat(server.get(LIST + "/a?resourceVersion=0").code()).isEqualTo(200);
        assertThat(server.get(LIST + "?resourceVersion=" + server.version()).code())
                .isEqualTo(200);
    }

    @Test
    void aVersionFromTheFutureIsNotAnswered() {
        Answer answer = server.get(LIST + "?resourceVersion=99999");

        assertThat(answer.code()).isEqualTo(504);
        assertThat(answer.message()).contains("Too large resource version: 99999, current: " + server.version());
        assertThat(answer.json().at("/details/causes/0/reason").asText()).isEqualTo("ResourceVersionTooLarge");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void pagesAreOfOneVersionWhateverHappensMeanwhile() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            server.configMap(name, "");
        }
        Answer first = server.get(LIST + "?limit=2");
        server.remove("c");
        server.configMap("bb", "");
        server.label("d", "\"x\":\"y\"");
        Answer second = server.get(LIST + "?limit=2&continue=" + token(first));
        Answer third = server.get(LIST + "?limit=2&continue=" + token(second));

        assertThat(first.names()).containsExactly("a", "b");
        assertThat(second.names()).containsExactly("c", "d");
        assertThat(third.names()).containsExactly("e");
        assertThat(version(second)).isEqualTo(version(first));
        assertThat(version(third)).isEqualTo(version(first));
        assertThat(first.json().at("/metadata/remainingItemCount").asInt()).isEqualTo(3);
        assertThat(second.json().at("/metadata/remainingItemCount").asInt()).isEqualTo(1);
        assertThat(token(third)).isEmpty();
        assertThat(second.json().at("/items/1/metadata/labels").isMissingNode()).isTrue();
        assertThat(server.get(LIST).names()).containsExactly("a", "b", "bb", "d", "e");
    }

    @Test
    void aPageOfAForgottenVersionOffersToGoOnAnyway() {
        for (String name : List.of("a", "b", "c")) {
            server.configMap(name, "");
        }
        Answer first = server.get(LIST + "?limit=1");
        server.remove("b");
        server.controlPlane.forget();

        Answer expired = server.get(LIST + "?limit=1&continue=" + token(first));
        Answer onwards = server.get(LIST + "?continue=" + token(expired));

        assertThat(expired.code()).isEqualTo(410);
        assertThat(expired.reason()).isEqualTo("Expired");
        assertThat(expired.message()).startsWith("The provided continue parameter is too old");
        assertThat(onwards.names()).containsExactly("c");
    }

    @Test
    void withASelectorTheCountOfTheRestIsUnknown() {
        server.configMap("a", "\"x\":\"1\"");
        server.configMap("b", "\"x\":\"2\"");
        server.configMap("c", "\"x\":\"1\"");

        Answer first = server.get(LIST + "?limit=1&labelSelector=x%3D1");
        Answer second = server.get(LIST + "?limit=1&labelSelector=x%3D1&continue=" + token(first));

        assertThat(first.names()).containsExactly("a");
        assertThat(first.json().at("/metadata/remainingItemCount").isMissingNode())
                .isTrue();
        assertThat(second.names()).containsExactly("c");
        assertThat(token(second)).isEmpty();
    }

    @Test
    void anExactVersionIsReadIfItIsHeld() {
        server.configMap("a", "");
        server.configMap("b", "");
        long held = Long.parseLong(version(server.get(LIST + "?limit=1")));
        server.configMap("c", "");

        assertThat(server.get(LIST + "?resourceVersionMatch=Exact&resourceVersion=" + held)
                        .names())
                .containsExactly("a", "b");
        Answer old = server.get(LIST + "?resourceVersionMatch=Exact&resourceVersion=" + (held - 1));
        assertThat(old.code()).isEqualTo(410);
        assertThat(old.message()).isEqualTo("The resourceVersion for the provided list is too old.");
        assertThat(server.get(LIST + "?resourceVersionMatch=Exact&resourceVersion=99999")
                        .code())
                .isEqualTo(504);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?resourceVersion=abc|400|resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax",
                "?resourceVersion=-1|400|resourceVersion: Invalid value: \"-1\": strconv.ParseUint: parsing \"-1\": invalid syntax",
                "?limit=x|400|strconv.ParseInt: parsing \"x\": invalid syntax",
                "?timeoutSeconds=x|400|strconv.ParseInt: parsing \"x\": invalid syntax",
                "?continue=nonsense|400|continue key is not valid: it is not a token of this list",
                "?resourceVersion=1&resourceVersionMatch=Never|422|ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value: \"Never\": supported values: \"Exact\", \"NotOlderThan\", \"\"",
                "?resourceVersionMatch=Exact|422|ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
                "?resourceVersion=0&resourceVersionMatch=Exact|422|ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
                "?sendInitialEvents=true|422|ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list",
                "?watch=1&sendInitialEvents=true|422|ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
                "?watch=1&resourceVersion=1&resourceVersionMatch=NotOlderThan|422|ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
                "?labelSelector=a%20b%20c|400|unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'",
                "?fieldSelector=spec.nope%3Dx|400|\"spec.nope\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
            })
    void refusesWrongParameters(String query, int code, String message) {
        Answer answer = server.get(LIST + query);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.message()).isEqualTo(message);
    }

    @Test
    void selectsByFields() {
        server.configMap("a", "");
        server.configMap("b", "");
        server.post("/api/v1/namespaces/default/pods", pod("p1", "n1"));
        server.post("/api/v1/namespaces/default/pods", pod("p2", "n2"));

        assertThat(server.get(LIST + "?fieldSelector=metadata.name%3Db").names())
                .containsExactly("b");
        assertThat(server.get("/api/v1/configmaps?fieldSelector=metadata.name%3Db")
                        .names())
                .containsExactly("b");
        assertThat(server.get(LIST + "?fieldSelector=metadata.name!%3Db").names())
                .containsExactly("a");
        assertThat(server.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dn2").names())
                .containsExactly("p2");
        assertThat(server.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dn2,metadata.namespace%3Dother")
                        .names())
                .isEmpty();
        assertThat(server.get("/api/v1/pods?fieldSelector=status.phase%3DPending")
                        .names())
                .containsExactly("p1", "p2");
        assertThat(server.get("/api/v1/namespaces/absent/pods").names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|ConfigMapList",
                "application/json|ConfigMapList",
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json|Table",
                "application/json;as=Table;v=v9;g=meta.k8s.io,application/json|ConfigMapList",
                "application/json;q=0.1,application/json;as=Table;v=v1;g=meta.k8s.io|Table",
                "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io|PartialObjectMetadataList",
                "text/html|Status",
                "application/vnd.kubernetes.protobuf;q=0.1, application/*;q=0.5|ConfigMapList",
                "application/json;as=Table;v=v9;g=meta.k8s.io|Status",
                ",;,/,q=|Status",
            })
    void answersInTheFormAskedFor(String accept, String kind) {
        Answer answer = server.get(LIST, "Accept", accept);

        assertThat(Json.text(answer.json(), "kind")).isEqualTo(kind);
        assertThat(answer.code()).isEqualTo(kind.equals("Status") ? 406 : 200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void rowsCarryAsMuchOfTheObjectAsAskedFor() {
        server.configMap("a", "");

        ObjectNode table = server.get(LIST, "Accept", TABLE).json();

        assertThat(table.at("/columnDefinitions/0/name").asText()).isEqualTo("Name");
        assertThat(table.at("/rows/0/cells/0").asText()).isEqualTo("a");
        assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(server.get(LIST + "?includeObject=None", "Accept", TABLE)
                        .json()
                        .at("/rows/0/object")
                        .isNull())
                .isTrue();
        assertThat(server.get(LIST + "/a?includeObject=Object", "Accept", TABLE)
                        .json()
                        .at("/rows/0/object/data/a")
                        .asText())
                .isEqualTo("b");
        assertThat(server.get(LIST + "?includeObject=Half", "Accept", TABLE).code())
                .isEqualTo(400);
    }

    @Test
    void metadataAloneWhenAskedFor() {
        server.configMap("a", "");
        String accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";

        ObjectNode one = server.get(LIST + "/a", "Accept", accept).json();

        assertThat(Json.text(one, "kind")).isEqualTo("PartialObjectMetadata");
        assertThat(Json.text(one, "metadata", "name")).isEqualTo("a");
        assertThat(one.has("data")).isFalse();
    }

    @Test
    void largeListsAreStreamedAndCompressed() throws IOException {
        String data = "x".repeat(3000);
        for (int i = 0; i < 150; i++) {
            server.post(
                    "/api/v1/namespaces/default/configmaps",
                    "{\"metadata\":{\"name\":\"c" + i + "\"},\"data\":{\"a\":\"" + data + "\"}}");
        }
        Answer plain = server.get(LIST);
        Answer packed = server.get(LIST, "Accept-Encoding", "gzip");
        Answer smaller = server.get(LIST + "?limit=60", "Accept-Encoding", "gzip");

        assertThat(plain.names()).hasSize(150);
        assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(unzip(packed)).isEqualTo(plain.body());
        assertThat(smaller.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(Json.parse(unzip(smaller)).path("items")).hasSize(60);
        assertThat(server.get(LIST + "/c1", "Accept-Encoding", "gzip").header("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void spacesOutWhatPeopleRead() {
        assertThat(server.get("/api/v1/nodes?pretty=true").text()).contains("\n  \"kind\": \"NodeList\"");
        assertThat(server.get("/api/v1/nodes", "User-Agent", "curl/8").text()).contains("\n");
        assertThat(server.get("/api/v1/nodes?pretty=false", "User-Agent", "curl/8")
                        .text())
                .doesNotContain("\n");
        assertThat(server.get("/api/v1/nodes").text()).doesNotContain("\n");
    }

    private static byte[] unzip(Answer answer) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            return in.readAllBytes();
        }
    }

    static String pod(String name, String node) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"nodeName\":\"" + node
                + "\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
    }

    private static String token(Answer list) {
        return Json.text(list.json(), "metadata", "continue");
    }

    private static String version(Answer list) {
        return Json.text(list.json(), "metadata", "resourceVersion");
    }
}
