package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.apiserver.TestServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams to containers, with kubelets that only say whether they upgrade, and then send back what comes. */
@Timeout(60)
class PodStreamTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                    + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\nSecret: x\r\n\r\nhello";

    @RegisterExtension
    static final TestServer server = new TestServer("");

    @TempDir
    static Path directory;

    private static String pod(TestServer server, String name, int kubeletPort) {
        server.post(
                "/api/v1/nodes",
                ("{'metadata':{'name':'n-%s'},'status':{'addresses':[{'type':'InternalIP','address':'127.0.0.1'}],"
                                + "'daemonEndpoints':{'kubeletEndpoint':{'Port':%d}}}}")
                        .formatted(name, kubeletPort)
                        .replace('\'', '"'));
        server.post(PODS, ReadTest.pod(name, "n-" + name));
        return PODS + "/" + name;
    }

    private static Socket upgrade(int port, String method, String path) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        String head = method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                + "Authorization: Bearer secret\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n"
                + "X-Stream-Protocol-Version: v3.channel.k8s.io\r\nContent-Length: 0\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    @Test
    void everyByteIsPassedOnBothWays() throws Exception {
        try (UpgradingKubelet kubelet = new UpgradingKubelet(directory, SWITCH)) {
            String path = pod(server, "bytes", kubelet.port());
            byte[] sent = new byte[3_000_000];
            new Random(1).nextBytes(sent);
            sent[sent.length - 1] = 0;
            try (Socket client = upgrade(
                    server.port(), "POST", path + "/exec?command=sh&command=a+b%26&stdin=true&stdout=1&tty=false")) {
                InputStream in = client.getInputStream();
                String head = UpgradingKubelet.head(in);
                assertThat(head)
                        .startsWith("HTTP/1.1 101 ")
                        .contains("\r\nUpgrade: SPDY/3.1\r\n", "\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n")
                        .containsIgnoringCase("\r\nConnection: Upgrade\r\n")
                        .doesNotContain("Secret");
                assertThat(new String(in.readNBytes(5), StandardCharsets.UTF_8)).isEqualTo("hello");
                Thread writer = new Thread(() -> {
                    try {
                        client.getOutputStream().write(sent);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                writer.start();
                assertThat(Arrays.equals(in.readNBytes(sent.length), sent)).isTrue();
                client.getOutputStream().write("bye".getBytes(StandardCharsets.UTF_8));
                assertThat(new String(in.readNBytes(3), StandardCharsets.UTF_8)).isEqualTo("bye");
                // The kubelet's end is the client's.
                assertThat(in.read()).isEqualTo(-1);
            }
            assertThat(kubelet.asked.take())
                    .startsWith("POST /exec/default/bytes/c?command=sh&command=a+b%26&input=1&output=1 HTTP/1.1\r\n")
                    .contains(
                            "\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version:"
                                    + " v3.channel.k8s.io\r\n",
                            "\r\nContent-Length: 0\r\n")
                    .doesNotContain("secret");
        }
    }

    @Test
    void attachAndPortForwardHaveTheirPaths() throws Exception {
        try (UpgradingKubelet kubelet = new UpgradingKubelet(directory, SWITCH)) {
            String path = pod(server, "paths", kubelet.port());
            for (String asked : new String[] {
                "/attach?stdout=true&stderr=true&stdin=true&tty=true&container=c", "/portforward?ports=80,81&ports=90"
            }) {
                try (Socket client = upgrade(server.port(), "GET", path + asked)) {
                    assertThat(UpgradingKubelet.head(client.getInputStream())).startsWith("HTTP/1.1 101 ");
                }
            }
            assertThat(kubelet.asked.take()).startsWith("GET /attach/default/paths/c?error=1&input=1&output=1&tty=1 ");
            assertThat(kubelet.asked.take()).startsWith("GET /portForward/default/paths?port=80%2C81%2C90 ");
        }
    }

    @Test
    void aClientThatGoesEndsTheKubeletsSideAndOpenStreamsCountAsOpenWatches() throws Exception {
        try (TestServer small = new TestServer("max-watches = 1");
                UpgradingKubelet kubelet = new UpgradingKubelet(directory, SWITCH)) {
            String path = pod(small, "gone", kubelet.port());
            Socket client = upgrade(small.port(), "POST", path + "/exec?command=x&stdout=1");
            UpgradingKubelet.head(client.getInputStream());
            await().atMost(20, TimeUnit.SECONDS).until(() -> small.server.openWatches() == 1);
            assertThat(small.get(path + "/attach").code()).isEqualTo(429);

            client.close();

            assertThat(kubelet.ended.poll(20, TimeUnit.SECONDS)).isNotNull();
            await().atMost(20, TimeUnit.SECONDS).until(() -> small.server.openWatches() == 0);
        }
    }

    @Test
    void aServerThatStopsEndsBothSides() throws Exception {
        try (TestServer stopping = new TestServer("");
                UpgradingKubelet kubelet = new UpgradingKubelet(directory, SWITCH)) {
            String path = pod(stopping, "stopped", kubelet.port());
            try (Socket client = upgrade(stopping.port(), "POST", path + "/exec?command=x&stdout=1")) {
                InputStream in = client.getInputStream();
                UpgradingKubelet.head(in);
                in.readNBytes(5);
                TestServer.await(stopping.server.stop());
                assertThat(in.read()).isEqualTo(-1);
            }
            assertThat(kubelet.ended.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 3|no!|no!",
                "Transfer-Encoding: chunked|2\\r\\nno\\r\\n1\\r\\n!\\r\\n0\\r\\n\\r\\n|no!",
            })
    void aKubeletsRefusalIsTheClients(String header, String body, String text) throws Exception {
        String answer = "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n" + header + "\r\n\r\n"
                + body.replace("\\r\\n", "\r\n");
        try (UpgradingKubelet kubelet = new UpgradingKubelet(directory, answer)) {
            server.delete("/api/v1/nodes/n-refused");
            String path = pod(server, "refused", kubelet.port());
            try (Socket client = upgrade(server.port(), "GET", path + "/exec?command=x&stdout=1")) {
                String head = UpgradingKubelet.head(client.getInputStream());
                assertThat(head).startsWith("HTTP/1.1 403 ");
                assertThat(new String(client.getInputStream().readNBytes(text.length()), StandardCharsets.UTF_8))
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void tellsWhichKubeletCannotBeReached() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        String path = pod(server, "unreachable", unused);
        try (Socket client = upgrade(server.port(), "GET", path + "/attach?stdout=1")) {
            assertThat(UpgradingKubelet.head(client.getInputStream())).startsWith("HTTP/1.1 500 ");
            assertThat(new String(client.getInputStream().readNBytes(400), StandardCharsets.UTF_8))
                    .contains("dial tcp 127.0.0.1:" + unused + ": connect: connection refused");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "absent/exec?command=x|404|pods \"absent\" not found",
                "loose/exec?command=x|400|pod loose does not have a host assigned",
                "loose/portforward|400|pod loose does not have a host assigned",
                "loose/attach?container=x|400|container x is not valid for pod loose",
                "nowhere/exec?command=x|404|nodes \"n-none\" not found",
                "plain/exec?command=x|400|Upgrade request required",
                "plain/portforward|400|Upgrade request required",
                "plain/portforward?ports=x|400|strconv.ParseInt: parsing \"x\": invalid syntax",
                "plain/portforward?ports=70000|400|port \"70000\" must be from 1 to 65535",
            })
    void refusesAsUpstream(String path, int code, String message) {
        server.post(
                PODS,
                "{\"metadata\":{\"name\":\"loose\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
        server.post(PODS, ReadTest.pod("nowhere", "n-none"));
        pod(server, "plain", 1);
        for (Answer answer : new Answer[] {server.get(PODS + "/" + path), server.post(PODS + "/" + path, "")}) {
            assertThat(answer.code()).isEqualTo(code);
            assertThat(answer.message()).isEqualTo(message);
        }
        assertThat(server.delete(PODS + "/" + path).code()).isEqualTo(405);
    }
}
