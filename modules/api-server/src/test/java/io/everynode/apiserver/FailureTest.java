package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.everynode.apiserver.TestServer.Answer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {

    private TestServer server;

    private void start(String config) {
        server = new TestServer(config);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void defectsAreAnsweredWithoutDetailsAndSurvived() {
        start("");
        server.controlPlane.broken = new IllegalStateException("secret detail");

        Answer answer = server.get("/api/v1/nodes");

        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.reason()).isEqualTo("InternalError");
        assertThat(answer.text()).doesNotContain("secret").contains(answer.header("Audit-Id"));
        assertThat(server.get("/api/v1/nodes?resourceVersion=0").code()).isEqualTo(200);
    }

    @Test
    void aRequestThatTakesTooLongIsGivenUp() {
        start("request-deadline = 100ms, fairness.queue-wait = 50ms");
        server.controlPlane.slowWrites = new CompletableFuture<>();

        Answer answer = server.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n\"}}");

        assertThat(answer.code()).isEqualTo(504);
        assertThat(answer.reason()).isEqualTo("Timeout");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void tellsWhyItIsNotReady() {
        start("");
        assertThat(server.get("/readyz").text()).isEqualTo("ok");
        server.controlPlane.notReady = "the catalog is still being read";

        Answer answer = server.get("/readyz?verbose");

        assertThat(answer.code()).isEqualTo(500);
        assertThat(answer.text()).contains("[-]control-plane failed: the catalog is still being read");
        assertThat(server.get("/livez").code()).isEqualTo(200);
        assertThat(server.get("/healthz").text()).isEqualTo("ok");
    }

    @Test
    void aPortInUseIsToldInOneLine() {
        start("");
        ApiServerSettings same = ApiServerSettings.from(ConfigFactory.parseString(TestServer.OPEN_DOORS))
                .withAddress("127.0.0.1", server.port());

        assertThatThrownBy(() -> TestServer.await(ApiServer.start(server.kit().system(), server.controlPlane, same)))
                .isInstanceOf(PortInUse.class)
                .hasMessage("cannot listen on 127.0.0.1:" + server.port() + ": another program uses the port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/nodes?labelSelector=% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /api/v1/nodes/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET http://[bad/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "POST /api/v1/nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: nonsense\r\nContent-Length: 2\r\n\r\n{}",
                "POST /api/v1/nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: -1\r\n\r\n{}",
                "POST /api/v1/nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "NONSENSE /api/v1/nodes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /api/v1/nodes HTTP/9.9\r\nHost: x\r\n\r\n",
                "GARBAGE that is no request at all\r\n\r\n",
            })
    void brokenRequestsGetAStatusToo(String request) {
        start("");

        String answer = RawClient.exchange(server.port(), request);

        assertThat(answer).startsWith("HTTP/1.1 4").contains("\"kind\":\"Status\"");
        assertThat(server.get("/healthz").code()).isEqualTo(200);
    }
}
