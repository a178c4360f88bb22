package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are made to be read in two ways, or to cost much more than they are long. */
class InputAttacksTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    /** Behind the end of the request as one reader sees it, and in its body as another does. */
    private static final String HIDDEN = "DELETE " + MAPS + "/victim HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    @RegisterExtension
    static final TestServer server = new TestServer();

    @BeforeAll
    static void victim() {
        server.configMap("victim", "");
    }

    private static String post(String headers, String body) {
        return RawClient.exchange(
                server.port(),
                "POST " + MAPS + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers + "\r\n"
                        + body);
    }

    /** The request ends in one way only, or the connection ends. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nContent-Length: 0\r\n",
                "Content-Length: 0\r\nContent-Length: 5\r\n",
                "Content-Length: 5, 0\r\n",
                "Content-Length: 5 5\r\n",
                "Content-Length: 5\t5\r\n",
                "Content-Length: \r\n",
                "Content-Length: 5\r\nHost: y\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: -5\r\n",
                "Content-Length: 0x5\r\n",
                "Content-Length : 5\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n",
                "X: y\r\n Content-Length: 5\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            })
    void noRequestIsHiddenInAnother(String headers) {
        String answer = post(headers, "0\r\n\r\n" + HIDDEN);

        assertThat(answer).startsWith("HTTP/1.1 4");
        assertThat(answer.split("HTTP/1\\.1 ", -1)).hasSize(2);
        assertThat(server.get(MAPS + "/victim").code()).isEqualTo(200);
    }

    /** The size of a chunk is read in one way only, too. */
    @ParameterizedTest
    @ValueSource(strings = {"1 0", " 5", "+5", "0x5", "-5", ""})
    void noRequestIsHiddenBehindAChunk(String size) {
        String answer = post("Transfer-Encoding: chunked\r\n", size + "\r\n12345\r\n0\r\n\r\n" + HIDDEN);

        assertThat(answer).startsWith("HTTP/1.1 400");
        assertThat(answer.split("HTTP/1\\.1 ", -1)).hasSize(2);
        assertThat(server.get(MAPS + "/victim").code()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/version?x=%0d%0aX-Injected:%20y", "/version%0d%0aX-Injected:%20y", "/x%0aX-Injected:%20y"})
    void aPathMakesNoHeaders(String path) {
        String answer =
                RawClient.exchange(server.port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 ");
        assertThat(answer.substring(0, answer.indexOf("\r\n\r\n"))).doesNotContain("X-Injected");
    }

    /** What is wrong with a body is told in a header, which it cannot end. */
    @Test
    void aWarningIsOneHeader() {
        Answer answer = server.send(
                "POST",
                MAPS + "?fieldValidation=Warn&dryRun=All",
                "{\"metadata\":{\"name\":\"w\"},\"a\\r\\nX-Injected: y\\\"\":1}",
                "Content-Type",
                "application/json");

        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.header("X-Injected")).isEmpty();
        assertThat(answer.headers("Warning")).hasSize(1);
        assertThat(answer.header("Warning")).contains("unknown field").doesNotContain("\r", "\n");
    }

    /** Several warnings are told whole as long as all of them fit. */
    @Test
    void longWarningsAreWholeUnlessTheyAreTooMany() {
        String field = "x".repeat(400);
        String one = "{\"metadata\":{\"name\":\"w\"},\"" + field + "\":1}";
        Answer whole =
                server.send("POST", MAPS + "?fieldValidation=Warn&dryRun=All", one, "Content-Type", "application/json");
        assertThat(whole.header("Warning")).contains(field);

        StringBuilder many = new StringBuilder("{\"metadata\":{\"name\":\"w\"}");
        for (int i = 0; i < 50; i++) {
            many.append(",\"f").append(i).append(field).append("\":1");
        }
        Answer cut = server.send(
                "POST", MAPS + "?fieldValidation=Warn&dryRun=All", many + "}", "Content-Type", "application/json");
        assertThat(cut.code()).isEqualTo(201);
        assertThat(cut.headers("Warning")).hasSizeBetween(2, 20).allMatch(warning -> warning.length() < 300);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/yaml",
                "application/merge-patch+json",
                "application/json-patch+json",
                "application/strategic-merge-patch+json",
                "application/apply-patch+yaml"
            })
    void deepBodiesAreRefused(String mediaType) {
        boolean patch = mediaType.contains("patch");
        String deep = "{\"data\":" + "[".repeat(100_000);
        String deeper = "{\"data\":" + "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_001);
        for (String body : List.of(deep, deeper, "[".repeat(100_000))) {
            Answer answer = server.send(
                    patch ? "PATCH" : "POST",
                    MAPS + (patch ? "/victim?fieldManager=m" : ""),
                    body,
                    "Content-Type",
                    mediaType);
            assertThat(answer.code()).as(answer.text()).isBetween(400, 422);
            assertThat(answer.text().length()).isLessThan(10_000);
        }
    }

    @Test
    void aliasesDoNotMakeABodyLarger() {
        StringBuilder bomb = new StringBuilder("metadata: {name: bomb}\ndata:\n  a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String alias = "*a" + (i - 1);
            bomb.append(
                    "  a%d: &a%d [%s]\n".formatted(i, i, String.join(",", List.of(alias, alias, alias, alias, alias))));
        }
        Answer answer = server.send("POST", MAPS, bomb.toString(), "Content-Type", "application/yaml");

        assertThat(answer.code()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text().length()).isLessThan(10_000);
    }

    /** Nothing is unpacked, so that a small body stays a small one. */
    @Test
    void packedBodiesAreNotUnpacked() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 64; i++) {
                gzip.write(spaces);
            }
            gzip.write("{\"metadata\":{\"name\":\"packed\"}}".getBytes(StandardCharsets.US_ASCII));
        }
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + MAPS))
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(server.get(MAPS + "/packed").code()).isEqualTo(404);
    }

    /** More than there is room for connect and say nothing: their places are given to others. */
    @Test
    void silentConnectionsKeepNobodyOut() throws IOException {
        try (TestServer small = new TestServer("request-head-timeout = 1500 ms, http.max-connections = 16")) {
            List<Socket> silent = new ArrayList<>();
            try {
                for (int i = 0; i < 20; i++) {
                    silent.add(new Socket("127.0.0.1", small.port()));
                }
                assertThat(small.get("/version").code()).isEqualTo(200);
            } finally {
                for (Socket socket : silent) {
                    socket.close();
                }
            }
        }
    }
}
