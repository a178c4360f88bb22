package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvictionTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";

    @RegisterExtension
    static final TestServer server = new TestServer();

    private static Answer evict(String pod, String query, String body) {
        return server.post(PODS + "/" + pod + "/eviction" + query, body.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy/v1", "policy/v1beta1"})
    void deletesThePodAndSaysWhy(String version) {
        String name = "evicted-" + version.substring(7);
        server.post(PODS, ReadTest.pod(name, "n1"));
        String uid = Json.text(server.get(PODS + "/" + name).json(), "metadata", "uid");

        Answer answer = evict(
                name,
                "",
                "{'apiVersion':'%s','kind':'Eviction','metadata':{'name':'%s','namespace':'default'},'deleteOptions':{'gracePeriodSeconds':0,'preconditions':{'uid':'%s'}}}"
                        .formatted(version, name, uid));

        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.text())
                .isEqualTo("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\","
                        + "\"code\":201}");
        assertThat(server.lastWrite().write())
                .isEqualTo(new ObjectWrite.Evict(
                        new Precondition(uid, 0),
                        0L,
                        ObjectWrite.Propagation.DEFAULT,
                        new Disruption("EvictionByEvictionAPI", "Eviction API: evicting", false)));
        assertThat(server.get(PODS + "/" + name).code()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "?dryRun=All|{'metadata':{'name':'dry'}}",
                "|{'metadata':{'name':'dry'},'deleteOptions':{'dryRun':['All']}}"
            })
    void aDryRunLeavesThePod(String query, String body) {
        server.post(PODS, ReadTest.pod("dry", "n1"));

        assertThat(evict("dry", query == null ? "" : query, body).code()).isEqualTo(201);
        assertThat(server.lastWrite().dryRun()).isTrue();
        assertThat(server.get(PODS + "/dry").code()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "absent|{'metadata':{'name':'absent'}}|404|pods \"absent\" not found",
                "there|{'metadata':{'name':'other'}}|400|name in URL does not match name in Eviction object",
                "there|{'metadata':{'name':'there','namespace':'other'}}|400|the namespace of the provided object does not match the namespace sent on the request",
                "there|{'metadata':{'name':'there'},'deleteOptions':{'preconditions':{'uid':'u'}}}|409|Operation cannot be fulfilled on pods \"there\": uid mismatch: u",
                "there|{'metadata':{'name':'there'},'deleteOptions':{'preconditions':{'resourceVersion':'5'}}}|409|Operation cannot be fulfilled on pods \"there\": the object has been modified; please apply your changes to the latest version and try again",
                "there|{'metadata':{'name':'there'},'deleteOptions':{'propagationPolicy':'Sideways'}}|422|DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Sideways\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                "there|{'kind':'Pod','apiVersion':'v1','metadata':{'name':'there'}}|400|the API version in the data (v1) does not match the expected API version (policy/v1)",
            })
    void refuses(String pod, String body, int code, String message) {
        server.post(PODS, ReadTest.pod("there", "n1"));

        Answer answer = evict(pod, "", body);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(Json.text(answer.json(), "message")).isEqualTo(message);
    }

    @Test
    void thereIsNothingToReadOrWriteThere() {
        assertThat(server.get(PODS + "/there/eviction").code()).isEqualTo(405);
        assertThat(server.merge(PODS + "/there/eviction", "{}").code()).isEqualTo(405);
        assertThat(server.post("/api/v1/nodes/there/eviction", "{}").code()).isEqualTo(404);
    }
}
