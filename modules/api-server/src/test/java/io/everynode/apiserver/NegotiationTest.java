package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which form and encoding an Accept header gets, as upstream's negotiation and go-restful decide it. */
class NegotiationTest {

    private static final String JSON = "application/json";
    private static final String LIST = "/api/v1/namespaces/default/configmaps";

    @RegisterExtension
    static final TestServer SERVER = new TestServer();

    @BeforeAll
    static void fill() {
        SERVER.configMap("a", "");
        SERVER.configMap("b", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|application/json",
                "*/*|application/json",
                "application/*|application/json",
                "application/json|application/json",
                "application/yaml|application/yaml",
                "application/vnd.kubernetes.protobuf|application/vnd.kubernetes.protobuf",
                "application/vnd.kubernetes.protobuf,application/json|application/vnd.kubernetes.protobuf",
                "application/vnd.kubernetes.protobuf, */*|application/vnd.kubernetes.protobuf",
                "*/*, application/yaml|application/yaml",
                "application/json;q=0.5,application/yaml|application/yaml",
                "application/json,application/vnd.kubernetes.protobuf|application/json",
                "application/cbor,application/json|application/json",
                "text/html, application/json;q=0.9|application/json",
                "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json|application/json",
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io|application/vnd.kubernetes.protobuf",
                "application/yaml;as=Table;v=v1;g=meta.k8s.io|application/yaml",
            })
    void getsAndListsAreWrittenIn(String accept, String type) {
        for (String path : new String[] {LIST, LIST + "/a"}) {
            Answer answer = get(path, accept);
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo(type);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html|406: Not Acceptable",
                "application/cbor|406: Not Acceptable",
                "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io|only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
                "application/json;as=Nonsense;v=v1;g=meta.k8s.io|only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
                "application/json;as=Table;v=v2;g=meta.k8s.io|only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
            })
    void whatCannotBeServedIsRefused(String accept, String message) {
        Answer answer = get(LIST, accept);

        assertThat(answer.code()).isEqualTo(406);
        assertThat(answer.reason()).isEqualTo("NotAcceptable");
        assertThat(answer.message()).isEqualTo(message);
        assertThat(answer.header("Content-Type")).isEqualTo(JSON);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/yaml",
                "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io",
            })
    void watchesAreJsonOrProtobuf(String accept) {
        Answer answer = get(LIST + "?watch=true", accept);

        assertThat(answer.code()).isEqualTo(406);
        assertThat(answer.text()).contains("only the following media types are accepted: application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.kubernetes.protobuf|application/vnd.kubernetes.protobuf",
                "application/yaml|application/yaml",
                "application/json;as=Table;v=v1;g=meta.k8s.io|application/json",
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io|application/json",
                "text/html|application/json",
            })
    void aStatusIsNeverShownAsSomethingElse(String accept, String type) {
        Answer answer = get("/api/v1/nodes/absent", accept);

        assertThat(answer.code()).isIn(404, 406);
        assertThat(answer.header("Content-Type")).isEqualTo(type);
    }

    @Test
    void documentsThatAreNoObjectsStayJson() {
        assertThat(get("/version", "application/vnd.kubernetes.protobuf").header("Content-Type"))
                .isEqualTo(JSON);
        assertThat(get("/version", "application/yaml").header("Content-Type")).isEqualTo(JSON);
    }

    @Test
    void prettyIsAskedForInTheQueryOrTheHeader() {
        assertThat(get(LIST + "/a?pretty=true", JSON).text()).startsWith("{\n  \"");
        assertThat(get(LIST + "/a?pretty", JSON).text()).startsWith("{\n  \"");
        assertThat(get(LIST + "/a", "application/json;pretty=1").text()).startsWith("{\n  \"");
        assertThat(get(LIST + "/a?pretty=false", JSON).text()).startsWith("{\"");
        assertThat(get(LIST + "/a", JSON).text()).startsWith("{\"");
    }

    @Test
    void largeAnswersAreCompressedForWhoNamesGzip() {
        SERVER.post(LIST, "{\"metadata\":{\"name\":\"large\"},\"data\":{\"a\":\"" + "x".repeat(200_000) + "\"}}");
        for (String accept : new String[] {JSON, "application/yaml", "application/vnd.kubernetes.protobuf"}) {
            for (String path : new String[] {LIST, LIST + "/large"}) {
                assertThat(SERVER.get(path, "Accept", accept, "Accept-Encoding", "deflate, gzip")
                                .header("Content-Encoding"))
                        .isEqualTo("gzip");
                assertThat(SERVER.get(path, "Accept", accept, "Accept-Encoding", "gzip;q=0, identity")
                                .header("Content-Encoding"))
                        .isEmpty();
            }
        }
        assertThat(SERVER.get(LIST + "/a", "Accept-Encoding", "gzip").header("Content-Encoding"))
                .isEmpty();
        try (TestServer.Watch watch = SERVER.watch(LIST + "?watch=true&timeoutSeconds=1", "Accept-Encoding", "gzip")) {
            assertThat(watch.header("Content-Encoding")).isEmpty();
        }
        SERVER.remove("large");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/cbor|415|the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
                "text/plain|415|the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
                "application/json; charset=utf-8|400|",
                "application/json|400|",
            })
    void bodies(String type, int code, String message) {
        Answer answer = SERVER.send("POST", LIST, "nonsense", "Content-Type", type);

        assertThat(answer.code()).isEqualTo(code);
        if (message != null) {
            assertThat(answer.message()).isEqualTo(message);
        }
    }

    @Test
    void aPatchInProtobufIsRefused() {
        Answer answer = SERVER.send("PATCH", LIST + "/a", "k8s", "Content-Type", "application/vnd.kubernetes.protobuf");

        assertThat(answer.code()).isEqualTo(415);
    }

    private static Answer get(String path, String accept) {
        return accept.isEmpty() ? SERVER.get(path) : SERVER.get(path, "Accept", accept);
    }
}
