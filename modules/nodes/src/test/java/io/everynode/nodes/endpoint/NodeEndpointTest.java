package io.everynode.nodes.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.nodes.join.Certificates;
import io.everynode.objects.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NodeEndpointTest {

    private static final int PING = 6;
    private static final int SYN_REPLY = 2;
    private static final int RST_STREAM = 3;
    private static final int GOAWAY = 7;

    private final ProcessRuntime runtime = new ProcessRuntime();
    private final SSLContext trusting = trusting();
    private final HttpClient http = HttpClient.newBuilder()
            .sslContext(trusting)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private NodeEndpoint endpoint;

    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @BeforeEach
    void start() throws IOException {
        endpoint = NodeEndpoint.start(EndpointSettings.loopback(0), runtime);
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + endpoint.address().getPort() + path);
    }

    private X509Certificate shown() throws IOException {
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory()
                .createSocket("127.0.0.1", endpoint.address().getPort())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void itsOwnCertificateIsForItsAddresses() throws Exception {
        X509Certificate own = shown();
        own.verify(own.getPublicKey());
        assertThat(own.getSubjectX500Principal().getName()).isEqualTo("CN=127.0.0.1");
        assertThat(own.getSubjectAlternativeNames()).containsExactly(List.of(7, "127.0.0.1"), List.of(2, "localhost"));
    }

    @Test
    void newConnectionsAreShownTheCertificateThatItIsGiven() throws Exception {
        KeyPair keys = Certificates.keys();
        X509Certificate given =
                Certificates.of(keys, "CN=given", Instant.now(), Instant.now().plusSeconds(3600));
        endpoint.use(keys.getPrivate(), List.of(given));
        assertThat(shown()).isEqualTo(given);
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri("https", path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/healthz|200|ok",
                "GET|/pods|200|{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[]}",
                "GET|/nope|404|404 page not found",
                "POST|/pods|405|405: Method Not Allowed",
                "GET|/containerLogs/default/p/c?tailLines=2|200|'line 0\nline 1\n'",
                "GET|/containerLogs/default/p/c?tailLines=1000&limitBytes=9|200|'line 0\nli'",
                "GET|/containerLogs/default/absent/c|404|pod does not exist",
                "GET|/containerLogs/default/p/c?tailLines=x|400|tailLines must be a number of at least 0: x",
                "GET|/containerLogs/default/p/c?sinceTime=x|400|sinceTime is no time in the form of RFC 3339: x",
                "POST|/exec/default/p/c?output=1|400|a command is required",
                "POST|/exec/default/p/c?command=x|400|you must specify at least 1 of stdin, stdout, stderr",
                "POST|/exec/default/p/c?command=x&output=1|400|unable to upgrade: missing upgrade headers in request: []; known are SPDY/3.1 and websocket",
                "GET|/portForward/default/absent|404|pod does not exist",
                "DELETE|/exec/default/p/c|405|405: Method Not Allowed",
                "GET|/exec/default|404|404 page not found",
            })
    void answersAsAKubelet(String method, String path, int code, String body) throws Exception {
        HttpResponse<String> answer = send(method, path);
        assertThat(answer.statusCode()).isEqualTo(code);
        assertThat(answer.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "GET\r\n\r\n",
                "GET // HTTP/1.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\n\r\n",
                "GET /a HTTP/1.1\r\nx\r\n\r\n",
                "GET x HTTP/1.1\r\n\r\n",
                "GET / HTTP/2.0\r\n\r\n"
            })
    void whatIsNoRequestIsRefused(String bytes) throws Exception {
        try (Socket socket = trusting.getSocketFactory()
                .createSocket("127.0.0.1", endpoint.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(head(socket.getInputStream())).matches("(?s)HTTP/1.1 40[04] .*");
        }
        assertThat(send("GET", "/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void aFollowedLogEndsWithItsReader() throws Exception {
        HttpResponse<InputStream> log = http.send(
                HttpRequest.newBuilder(uri("https", "/containerLogs/default/p/c?follow=true"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(new String(log.body().readNBytes(6), UTF_8)).isEqualTo("line 0");
        assertThat(endpoint.openSessions()).isEqualTo(1);
        log.body().close();
        await().atMost(Duration.ofSeconds(20)).until(() -> endpoint.openSessions() == 0);
    }

    /** Messages with their channel first. */
    private static final class Channels implements WebSocket.Listener {

        final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            return piece(socket, bytes, last);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            return piece(socket, data.toString().getBytes(UTF_8), last);
        }

        private CompletionStage<?> piece(WebSocket socket, byte[] bytes, boolean last) {
            message.writeBytes(bytes);
            if (last) {
                messages.add(message.toByteArray());
                message.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            messages.add(("closed " + code).getBytes(UTF_8));
            return null;
        }

        String next() throws InterruptedException {
            byte[] next = messages.poll(20, TimeUnit.SECONDS);
            return next == null ? "nothing" : new String(next, StandardCharsets.ISO_8859_1);
        }
    }

    private WebSocket socket(Channels channels, String protocol, String path) {
        return http.newWebSocketBuilder()
                .subprotocols(protocol)
                .buildAsync(uri("wss", path), channels)
                .join();
    }

    private static ByteBuffer message(int channel, String text) {
        return ByteBuffer.wrap(((char) channel + text).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void execOverAWebSocket() throws Exception {
        Channels channels = new Channels();
        WebSocket socket = socket(
                channels,
                "v5.channel.k8s.io",
                "/exec/default/p/c?command=sh&command=-c&command=cat%3B+exit+3&input=1&output=1&error=1");
        assertThat(socket.getSubprotocol()).isEqualTo("v5.channel.k8s.io");
        assertThat(channels.next()).isEqualTo("\1");
        socket.sendBinary(message(0, "hello"), true).join();
        assertThat(channels.next()).isEqualTo("\1hello");
        socket.sendPing(ByteBuffer.allocate(0)).join();
        // Fragments of a message are put together; then stdin ends.
        socket.sendBinary(message(0, "a"), false).join();
        socket.sendBinary(ByteBuffer.wrap("b".getBytes(UTF_8)), true).join();
        assertThat(channels.next()).isEqualTo("\1ab");
        socket.sendBinary(message(255, "\0"), true).join();
        String status = channels.next();
        assertThat(status).startsWith("\3");
        assertThat(Json.text(Json.parse(status.substring(1).getBytes(UTF_8)), "reason"))
                .isEqualTo("NonZeroExitCode");
        assertThat(status).contains("{\"reason\":\"ExitCode\",\"message\":\"3\"}");
        assertThat(channels.next()).isEqualTo("closed 1000");
    }

    @Test
    void execOverAWebSocketInBase64AndWithoutAStatusForSuccess() throws Exception {
        Channels channels = new Channels();
        WebSocket socket = socket(channels, "base64.channel.k8s.io", "/exec/default/p/c?command=cat&input=1&output=1");
        assertThat(channels.next()).isEqualTo("1");
        socket.sendText("0" + Base64.getEncoder().encodeToString("hello".getBytes(UTF_8)), true)
                .join();
        assertThat(channels.next()).isEqualTo("1" + Base64.getEncoder().encodeToString("hello".getBytes(UTF_8)));
        runtime.processes.forEach(process -> process.destroy());
        assertThat(new String(Base64.getDecoder().decode(channels.next().substring(1)), UTF_8))
                .startsWith("command terminated with non-zero exit code");
    }

    @Test
    void theTerminalsSizeIsTold() throws Exception {
        Channels channels = new Channels();
        WebSocket socket = socket(channels, "v4.channel.k8s.io", "/exec/default/p/c?command=sizes&output=1&tty=1");
        assertThat(channels.next()).isEqualTo("\1");
        socket.sendBinary(message(4, "{\"Width\":80,\"Height\":24}"), true).join();
        assertThat(channels.next()).isEqualTo("\00180x24\r\n");
        socket.sendBinary(message(4, "nonsense}{\"Width\":0,\"Height\":1}{\"Width\":77,\"Hei"), true)
                .join();
        socket.sendBinary(message(4, "ght\":1}"), true).join();
        assertThat(channels.next()).isEqualTo("\00177x1\r\n");
        assertThat(channels.next()).contains("\"message\":\"7\"");
    }

    @Test
    void aClientThatVanishesEndsItsProcess() throws Exception {
        Channels channels = new Channels();
        WebSocket socket =
                socket(channels, "v4.channel.k8s.io", "/exec/default/p/c?command=sleep&command=600&output=1");
        assertThat(channels.next()).isEqualTo("\1");
        await().atMost(Duration.ofSeconds(20)).until(() -> runtime.processes.size() == 1);
        socket.abort();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !runtime.processes.get(0).isAlive());
        await().atMost(Duration.ofSeconds(20)).until(() -> endpoint.openSessions() == 0);
    }

    @Test
    void anEndpointThatClosesEndsItsProcesses() throws Exception {
        Channels channels = new Channels();
        socket(channels, "v4.channel.k8s.io", "/exec/default/p/c?command=sleep&command=600&output=1");
        assertThat(channels.next()).isEqualTo("\1");
        await().atMost(Duration.ofSeconds(20)).until(() -> runtime.processes.size() == 1);
        endpoint.close();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !runtime.processes.get(0).isAlive());
    }

    private Socket spdy(String path, String protocols) throws IOException {
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory()
                .createSocket("127.0.0.1", endpoint.address().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                                + "X-Stream-Protocol-Version: " + protocols + "\r\nContent-Length: 0\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
            head.write(in.read());
        }
        return head.toString(UTF_8);
    }

    @Test
    void portsOverSpdy() throws Exception {
        try (ServerSocket pod = new ServerSocket(0);
                Socket socket =
                        spdy("/portForward/default/p", "other\r\nX-Stream-Protocol-Version: portforward.k8s.io")) {
            assertThat(head(socket.getInputStream()))
                    .startsWith("HTTP/1.1 101 ")
                    .contains("\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n");
            SpdyClient client = new SpdyClient(socket);
            Map<String, String> names = Map.of("port", String.valueOf(pod.getLocalPort()), "requestid", "0");
            client.open(1, with(names, "error"));
            assertThat(client.next().type()).isEqualTo(SYN_REPLY);
            client.open(3, with(names, "data"));
            assertThat(client.next().type()).isEqualTo(SYN_REPLY);
            client.data(3, "question\n".getBytes(UTF_8), true);
            try (Socket accepted = pod.accept()) {
                BufferedReader in = new BufferedReader(new java.io.InputStreamReader(accepted.getInputStream(), UTF_8));
                assertThat(in.readLine()).isEqualTo("question");
                assertThat(in.read()).isEqualTo(-1);
                accepted.getOutputStream().write("answer".getBytes(UTF_8));
            }
            SpdyClient.Frame answer = client.next();
            assertThat(new String(answer.payload(), UTF_8)).isEqualTo("answer");
            assertThat(answer.stream()).isEqualTo(3);
            assertThat(client.next()).matches(frame -> frame.stream() == 3 && frame.last());
            assertThat(client.next()).matches(frame -> frame.stream() == 1 && frame.last());

            client.control(PING, 17);
            assertThat(client.next()).matches(frame -> frame.type() == PING && frame.stream() == 17);
            // What no client may open is refused, and the rest goes on: no port, an even number, an old one.
            client.open(5, Map.of("streamtype", "data", "port", "0"));
            assertThat(client.next()).matches(frame -> frame.type() == RST_STREAM && frame.stream() == 5);
            client.open(6, with(names, "data"));
            assertThat(client.next()).matches(frame -> frame.type() == RST_STREAM && frame.stream() == 6);
            client.open(3, with(names, "data"));
            assertThat(client.next()).matches(frame -> frame.type() == RST_STREAM && frame.stream() == 3);
        }
    }

    private static Map<String, String> with(Map<String, String> names, String type) {
        Map<String, String> all = new java.util.TreeMap<>(names);
        all.put("streamtype", type);
        return all;
    }

    @Test
    void aPortWhereNobodyListensIsToldOnTheErrorStream() throws Exception {
        int unused;
        try (ServerSocket closed = new ServerSocket(0)) {
            unused = closed.getLocalPort();
        }
        try (Socket socket = spdy("/portForward/default/p", "portforward.k8s.io")) {
            head(socket.getInputStream());
            SpdyClient client = new SpdyClient(socket);
            client.open(1, with(Map.of("port", String.valueOf(unused)), "error"));
            client.open(3, with(Map.of("port", String.valueOf(unused)), "data"));
            SpdyClient.Frame frame;
            do {
                frame = client.next();
            } while (frame.type() != 0);
            assertThat(frame.stream()).isEqualTo(1);
            assertThat(new String(frame.payload(), UTF_8))
                    .startsWith("error forwarding port " + unused + " to pod p, uid : Connection refused");
        }
    }

    @Test
    void execOverSpdyKeepsWhatIsSentLastFromAClientThatStillWrites() throws Exception {
        try (Socket socket = spdy("/exec/default/p/c?command=head&command=-c3&input=1&output=1", "v4.channel.k8s.io")) {
            head(socket.getInputStream());
            SpdyClient client = new SpdyClient(socket);
            client.open(1, Map.of("streamtype", "error"));
            client.open(3, Map.of("streamtype", "stdin"));
            client.open(5, Map.of("streamtype", "stdout"));
            byte[] much = new byte[100_000];
            Arrays.fill(much, (byte) 'x');
            client.data(3, much, false);
            client.data(3, much, false);
            StringBuilder told = new StringBuilder();
            SpdyClient.Frame frame;
            do {
                frame = client.next();
                told.append(frame.type() == 0 ? new String(frame.payload(), UTF_8) : "");
            } while (frame.type() != GOAWAY);
            assertThat(told.toString()).isEqualTo("xxx{\"metadata\":{},\"status\":\"Success\"}");
        }
    }

    @Test
    void aProtocolThatNobodyKnowsIsRefused() throws Exception {
        try (Socket socket = spdy("/exec/default/p/c?command=x&output=1", "v9.channel.k8s.io")) {
            assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 403 ");
        }
        assertThat(List.of(runtime.processes)).containsExactly(List.of());
    }

    @Test
    void portsOverAWebSocketWithChannels() throws Exception {
        try (ServerSocket pod = new ServerSocket(0)) {
            int port = pod.getLocalPort();
            Channels channels = new Channels();
            WebSocket socket = socket(channels, "v4.channel.k8s.io", "/portForward/default/p?port=" + port);
            String told = "" + (char) (port & 0xff) + (char) (port >> 8);
            assertThat(channels.next()).isEqualTo("\0" + told);
            assertThat(channels.next()).isEqualTo("\1" + told);
            try (Socket accepted = pod.accept()) {
                socket.sendBinary(message(0, "hi"), true).join();
                assertThat(new String(accepted.getInputStream().readNBytes(2), UTF_8))
                        .isEqualTo("hi");
                accepted.getOutputStream().write("ho".getBytes(UTF_8));
                assertThat(channels.next()).isEqualTo("\0ho");
            }
            assertThat(channels.next()).isEqualTo("closed 1000");
        }
    }
}
