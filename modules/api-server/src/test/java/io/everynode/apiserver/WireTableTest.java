package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kube-apiserver answers at addresses and to methods, as a table, and that this server does the same. */
class WireTableTest {

    @RegisterExtension
    static final TestServer SERVER = new TestServer();

    @BeforeAll
    static void fill() {
        SERVER.configMap("a", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/nope|404 page not found",
                "/favicon.ico|404 page not found",
                "/version/x|404 page not found",
                "/openapi|404 page not found",
                "/readyz/nope|404 page not found",
                "/healthz/ping/x|404 page not found",
                "/api/v1/nonsense|",
                "/api/v9/pods|",
                "/apis/apps/v9/daemonsets|",
                "/apis/apps/v1/nonsense|",
                "/apis/apps/v1/namespaces/x/nonsense/y|",
                "/api/v1/namespaces/default/configmaps/a/nonsense|",
                "/api/v1/namespaces/default/configmaps/a/status|",
                "/api/v1/nodes/a/b/c|",
            })
    void unknownAddresses(String path, String text) {
        Answer answer = SERVER.get(path);

        assertThat(answer.code()).isEqualTo(404);
        if (text == null) {
            assertThat(answer.reason()).isEqualTo("NotFound");
            assertThat(answer.message()).isEqualTo("the server could not find the requested resource");
            assertThat(answer.json().path("details").size()).isZero();
        } else {
            assertThat(answer.text()).isEqualTo(text + "\n");
            assertThat(answer.header("Content-Type")).startsWith("text/plain");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT|/api/v1/namespaces/default/configmaps|GET, POST, DELETE",
                "PATCH|/api/v1/configmaps|GET",
                "POST|/api/v1/configmaps|GET",
                "DELETE|/api/v1/configmaps|GET",
                "POST|/api/v1/namespaces/default/configmaps/a|GET, PUT, PATCH, DELETE",
                "HEAD|/api/v1/namespaces/default/configmaps/a|GET, PUT, PATCH, DELETE",
                "OPTIONS|/api/v1/namespaces/default/configmaps|GET, POST, DELETE",
                "TRACE|/api/v1/nodes|GET, POST, DELETE",
                "DELETE|/api/v1/namespaces|GET, POST",
                "DELETE|/api/v1/namespaces/default/pods/x/status|GET, PUT, PATCH",
                "GET|/api/v1/namespaces/default/pods/x/eviction|POST",
                "GET|/api/v1/namespaces/default/bindings|POST",
                "POST|/version|GET",
                "POST|/api|GET",
                "POST|/healthz|GET, HEAD",
            })
    void methodsThatAreNotServed(String method, String path, String allowed) {
        Answer answer = SERVER.send(method, path, null);

        assertThat(answer.code()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
        if (!method.equals("HEAD")) {
            assertThat(answer.reason()).isEqualTo("MethodNotAllowed");
            assertThat(answer.message()).isEqualTo("the server does not allow this method on the requested resource");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/healthz|ok",
                "/livez|ok",
                "/readyz|ok",
                "/healthz/ping|ok",
                "/livez/ping|ok",
                "/readyz/ping|ok",
                "/readyz/control-plane|ok",
                "/readyz/shutdown|ok",
                "/livez?verbose|[+]ping ok\\nlivez check passed\\n",
                "/readyz?verbose|[+]ping ok\\n[+]shutdown ok\\n[+]control-plane ok\\nreadyz check passed\\n",
                "/readyz?verbose=1&exclude=shutdown|[+]ping ok\\n[+]shutdown excluded: ok\\n[+]control-plane ok\\nreadyz check passed\\n",
                "/readyz?verbose&exclude=ping&exclude=etcd|[+]ping excluded: ok\\n[+]shutdown ok\\n[+]control-plane ok\\nwarn: some health checks cannot be excluded: no matches for \"etcd\"\\nreadyz check passed\\n",
            })
    void health(String path, String text) {
        Answer answer = SERVER.get(path);

        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(text.replace("\\n", "\n"));
        assertThat(answer.header("Content-Type")).isEqualToIgnoringCase("text/plain; charset=utf-8");
        assertThat(SERVER.send("HEAD", path, null).code()).isEqualTo(200);
    }

    @Test
    void aServerThatIsNotReadySaysWhichCheckFails() {
        SERVER.controlPlane.notReady = "the catalog is still being read";
        try {
            assertThat(SERVER.get("/readyz").code()).isEqualTo(500);
            assertThat(SERVER.get("/readyz/ping").code()).isEqualTo(200);
            assertThat(SERVER.get("/readyz?exclude=control-plane").code()).isEqualTo(200);
            Answer one = SERVER.get("/readyz/control-plane");
            assertThat(one.code()).isEqualTo(500);
            assertThat(one.text()).isEqualTo("internal server error: the catalog is still being read\n");
        } finally {
            SERVER.controlPlane.notReady = null;
        }
    }

    @Test
    void everyPathIsNamedAtTheRoot() {
        SERVER.get("/").json().path("paths").forEach(path -> {
            int code = SERVER.get(path.asText(), "Accept", "*/*").code();
            assertThat(code).as(path.asText()).isIn(200, 406);
        });
    }

    @Test
    void theVersionHasUpstreamsFields() {
        assertThat(SERVER.get("/version").json().fieldNames())
                .toIterable()
                .containsAll(List.of(
                        "major",
                        "minor",
                        "emulationMajor",
                        "emulationMinor",
                        "minCompatibilityMajor",
                        "minCompatibilityMinor",
                        "gitVersion",
                        "gitCommit",
                        "gitTreeState",
                        "buildDate",
                        "goVersion",
                        "compiler",
                        "platform"));
    }

    @Test
    void deleteCollectionTellsOfAConflictWithThePrecondition() {
        String list = "/api/v1/namespaces/kube-system/configmaps";
        SERVER.post(list, "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"1\"}}}");
        SERVER.post(list, "{\"metadata\":{\"name\":\"b\",\"labels\":{\"x\":\"1\"}}}");
        SERVER.post(list, "{\"metadata\":{\"name\":\"c\"}}");

        Answer wrong = SERVER.send(
                "DELETE",
                list,
                "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":\"wrong\"}}",
                "Content-Type",
                "application/json");
        Answer dry = SERVER.delete(list + "?dryRun=All");
        Answer selected = SERVER.delete(list + "?labelSelector=x%3D1&limit=1");

        assertThat(wrong.code()).isEqualTo(409);
        assertThat(dry.code()).isEqualTo(200);
        assertThat(dry.names()).containsExactly("a", "b", "c");
        assertThat(selected.names()).containsExactly("a");
        assertThat(SERVER.get(list).names()).containsExactly("b", "c");
        assertThat(SERVER.delete(list + "?fieldSelector=spec.x%3D1").code()).isEqualTo(400);
    }
}
