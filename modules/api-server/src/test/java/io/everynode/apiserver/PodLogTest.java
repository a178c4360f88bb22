package io.everynode.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.apiserver.TestServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodLogTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";

    @RegisterExtension
    static final TestServer server = new TestServer("kubelet { idle-timeout = 2 s }");

    @TempDir
    static Path directory;

    private static void node(String name, String host, int port) {
        server.post(
                "/api/v1/nodes",
                ("{'metadata':{'name':'%s'},'status':{'addresses':[{'type':'InternalIP','address':'%s'}],"
                                + "'daemonEndpoints':{'kubeletEndpoint':{'Port':%d}}}}")
                        .formatted(name, host, port)
                        .replace('\'', '"'));
    }

    private static String pod(String name, String node) {
        server.post(PODS, ReadTest.pod(name, node));
        return PODS + "/" + name + "/log";
    }

    private static void say(com.sun.net.httpserver.HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Test
    void passesTheQuestionOnAndTheLogBack() {
        try (FakeKubelet kubelet = new FakeKubelet(directory, exchange -> say(exchange, 200, "one\ntwo\n"))) {
            node("n-log", "127.0.0.1", kubelet.port());
            String path = pod("log", "n-log");

            Answer answer = server.get(path);
            server.get(path + "?container=c&follow=true&previous=1&timestamps=true&sinceSeconds=5&tailLines=7"
                    + "&limitBytes=100&insecureSkipTLSVerifyBackend=true");
            server.get(path + "?sinceTime=2026-01-01T00:00:00%2B02:00");

            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("one\ntwo\n");
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
            assertThat(kubelet.asked)
                    .containsExactly(
                            "/containerLogs/default/log/c",
                            "/containerLogs/default/log/c?follow=true&limitBytes=100&previous=true&sinceSeconds=5"
                                    + "&tailLines=7&timestamps=true",
                            "/containerLogs/default/log/c?sinceTime=2025-12-31T22%3A00%3A00Z");
        }
    }

    @Test
    void aFollowedLogComesAsItIsWrittenAndTheKubeletHearsWhenTheClientGoes() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (FakeKubelet kubelet = new FakeKubelet(directory, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("first\n".getBytes(UTF_8));
            out.flush();
            try {
                read.await(10, TimeUnit.SECONDS);
                // Longer than idle-timeout would never be waited for if this were not a followed log.
                for (int i = 0; i < 1000; i++) {
                    out.write(new byte[64 * 1024]);
                    out.flush();
                }
            } catch (IOException e) {
                gone.countDown();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        })) {
            node("n-follow", "127.0.0.1", kubelet.port());
            String path = pod("follow", "n-follow") + "?follow=true";
            HttpResponse<InputStream> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertThat(new String(response.body().readNBytes(6), UTF_8)).isEqualTo("first\n");
            response.body().close();
            read.countDown();
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|container \"c\" in pod \"refused\" is waiting to start: ContainerCreating|400|BadRequest|container \"c\" in pod \"refused\" is waiting to start: ContainerCreating",
                "404|pod \"refused\" does not exist|404|NotFound|the server could not find the requested resource ( pods/log refused)",
                "500|disk broke|500|InternalError|Internal error occurred: disk broke",
                "401|Unauthorized|401|Unauthorized|the server has asked for the client to provide credentials ( pods/log refused)",
                "403|Forbidden (user=x)|403|Forbidden|Forbidden (user=x) ( pods/log refused)",
                "503|later|503|ServiceUnavailable|the server is currently unable to handle the request ( pods/log refused)",
                "502|bad|502|InternalError|an error on the server (\"bad\") has prevented the request from succeeding ( pods/log refused)",
                "418|tea|418||the server responded with the status code 418 but did not return more information ( pods/log refused)",
            })
    void tellsWhyAKubeletRefuses(int code, String text, int expected, String reason, String message) {
        try (FakeKubelet kubelet = new FakeKubelet(directory, exchange -> say(exchange, code, text))) {
            server.delete("/api/v1/nodes/n-refused");
            node("n-refused", "127.0.0.1", kubelet.port());

            Answer answer = server.get(pod("refused", "n-refused"));

            assertThat(answer.code()).isEqualTo(expected);
            assertThat(answer.reason()).isEqualTo(reason == null ? "" : reason);
            assertThat(answer.message()).isEqualTo(message);
        }
    }

    @Test
    void tellsWhichKubeletCannotBeReached() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        node("n-closed", "127.0.0.1", unused);
        Answer refused = server.get(pod("closed", "n-closed") + "?tailLines=1");
        assertThat(refused.code()).isEqualTo(500);
        assertThat(refused.message())
                .isEqualTo("Get \"https://127.0.0.1:" + unused + "/containerLogs/default/closed/c?tailLines=1\":"
                        + " dial tcp 127.0.0.1:" + unused + ": connect: connection refused");

        node("n-nameless", "no-such-host.invalid", 10250);
        assertThat(server.get(pod("nameless", "n-nameless")).message())
                .endsWith("dial tcp: lookup no-such-host.invalid: no such host");

        server.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n-bare\"}}");
        assertThat(server.get(pod("bare", "n-bare")).message())
                .isEqualTo("no preferred addresses found; known addresses: []");
        assertThat(server.get(pod("homeless", "n-none")).message()).isEqualTo("nodes \"n-none\" not found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "absent|''|404|pods \"absent\" not found",
                "unbound|''|204|''",
                "unbound|?container=x|400|container x is not valid for pod unbound",
                "two|''|400|a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [i]",
                "unbound|?tailLines=-1|422|PodLogOptions \"unbound\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0",
                "unbound|?tailLines=-1&limitBytes=0&sinceSeconds=0|422|PodLogOptions \"unbound\" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]",
                "unbound|?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z|422|PodLogOptions \"unbound\" is invalid: : Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
                "unbound|?stream=Stderr|422|PodLogOptions \"unbound\" is invalid: stream: Forbidden: may not be specified",
                "unbound|?tailLines=x|400|strconv.ParseInt: parsing \"x\": invalid syntax",
                "unbound|?sinceTime=now|400|parsing time \"now\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"now\"",
            })
    void refusesAsUpstream(String pod, String query, int code, String message) {
        server.post(
                PODS,
                "{\"metadata\":{\"name\":\"unbound\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
        server.post(
                PODS,
                ("{'metadata':{'name':'two'},'spec':{'initContainers':[{'name':'i','image':'i'}],"
                                + "'containers':[{'name':'a','image':'i'},{'name':'b','image':'i'}]}}")
                        .replace('\'', '"'));

        Answer answer = server.get(PODS + "/" + pod + "/log" + query);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(code == 204 ? answer.text() : answer.message()).isEqualTo(message);
    }

    @Test
    void aLogCanOnlyBeRead() {
        assertThat(server.post(PODS + "/p/log", "{}").code()).isEqualTo(405);
        assertThat(server.merge(PODS + "/p/log", "{}").code()).isEqualTo(405);
        assertThat(server.delete(PODS + "/p/log").code()).isEqualTo(405);
        assertThat(server.get("/api/v1/nodes/n/log").code()).isEqualTo(404);
    }

    @Test
    void openLogsCountAsOpenWatches() {
        CountDownLatch done = new CountDownLatch(1);
        try (TestServer small = new TestServer("max-watches = 1");
                FakeKubelet kubelet = new FakeKubelet(directory, exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('\n');
                    exchange.getResponseBody().flush();
                    try {
                        done.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })) {
            small.post(
                    "/api/v1/nodes",
                    ("{\"metadata\":{\"name\":\"n\"},\"status\":{\"addresses\":[{\"type\":\"InternalIP\","
                            + "\"address\":\"127.0.0.1\"}],\"daemonEndpoints\":{\"kubeletEndpoint\":{\"Port\":"
                            + kubelet.port() + "}}}}"));
            small.post(PODS, ReadTest.pod("p", "n"));
            try (TestServer.Watch open = small.watch(PODS + "/p/log?follow=true")) {
                assertThat(open.code()).isEqualTo(200);
                assertThat(small.get(PODS + "/p/log").code()).isEqualTo(429);
            }
            done.countDown();
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> small.get(PODS + "/p/log").code() == 200);
        }
    }
}
