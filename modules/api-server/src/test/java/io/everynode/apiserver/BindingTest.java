package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindingTest {

    private static final String NAMESPACE = "/api/v1/namespaces/default";

    @RegisterExtension
    static final TestServer server = new TestServer();

    private static Answer post(String path, String body) {
        return server.post(NAMESPACE + path, body.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pods/POD/binding", "/bindings"})
    void assignsThePod(String path) {
        String name = "bound-by-" + path.length();
        server.post(NAMESPACE + "/pods", ReadTest.pod(name, ""));

        Answer answer = post(
                path.replace("POD", name),
                "{'apiVersion':'v1','kind':'Binding','metadata':{'name':'%s','uid':'','labels':{'a':'b'}},'target':{'apiVersion':'v1','kind':'Node','name':'n7'}}"
                        .formatted(name));

        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.text())
                .isEqualTo("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\","
                        + "\"code\":201}");
        ObjectWrite.Bind bind = (ObjectWrite.Bind) server.lastWrite().write();
        assertThat(bind.precondition()).isEqualTo(Precondition.NONE);
        assertThat(bind.metadata()).hasToString("{\"labels\":{\"a\":\"b\"}}");
        assertThat(Json.text(server.get(NAMESPACE + "/pods/" + name).json(), "spec", "nodeName"))
                .isEqualTo("n7");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{'metadata':{'name':'other'},'target':{'name':'n1'}}|400|name in URL does not match name in Binding object",
                "{'metadata':{'name':'web','namespace':'x'},'target':{'name':'n1'}}|400|does not match the namespace sent",
                "{'metadata':{'name':'web'},'target':{'kind':'Pod','name':'n1'}}|422|target.kind: Unsupported value",
                "{'metadata':{'name':'web'},'target':{}}|422|target.name: Required value",
                "{'kind':'Eviction','apiVersion':'policy/v1'}|400|",
                "nonsense|400|",
                "{'metadata':{'name':'web'},'target':{'name':'n1'}}|404|not found"
            })
    void refusesWhatIsWrong(String body, int code, String words) {
        Answer answer = post("/pods/web/binding", body);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(Json.text(answer.json(), "message")).contains(words == null ? "" : words);
    }

    @Test
    void isOnlyPostedTo() {
        assertThat(server.get(NAMESPACE + "/bindings").code()).isEqualTo(405);
        assertThat(server.get(NAMESPACE + "/pods/web/binding").code()).isEqualTo(405);
    }

    @Test
    void isDiscovered() {
        String resources = server.get("/api/v1").text();
        assertThat(resources)
                .contains("{\"name\":\"bindings\",\"singularName\":\"binding\",\"namespaced\":true,"
                        + "\"kind\":\"Binding\",\"verbs\":[\"create\"]}")
                .contains("{\"name\":\"pods/binding\",\"singularName\":\"\",\"namespaced\":true,"
                        + "\"kind\":\"Binding\",\"verbs\":[\"create\"]}");
    }
}
