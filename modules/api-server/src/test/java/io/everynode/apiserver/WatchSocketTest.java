package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.everynode.objects.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WatchSocketTest {

    @RegisterExtension
    static final TestServer server = new TestServer();

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    private WebSocket watch(String query) {
        WebSocket.Listener listener = new WebSocket.Listener() {
            private final StringBuilder text = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                    messages.add(text.toString());
                    text.setLength(0);
                }
                socket.request(1);
                return null;
            }

            @Override
            public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                messages.add("closed " + code);
                return null;
            }
        };
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + server.port()
                                + "/api/v1/namespaces/default/configmaps?watch=true" + query),
                        listener)
                .join();
    }

    private String next() throws InterruptedException {
        String message = messages.poll(20, TimeUnit.SECONDS);
        return message == null || !message.startsWith("{")
                ? message
                : Json.text(Json.parse(message.getBytes(StandardCharsets.UTF_8)), "type") + " "
                        + Json.text(Json.parse(message.getBytes(StandardCharsets.UTF_8)), "object", "metadata", "name");
    }

    @Test
    void eachEventIsAMessageAndTheClientEndsTheWatch() throws Exception {
        server.configMap("socket-a", "");
        server.configMap("socket-b", "");
        WebSocket socket = watch("&fieldSelector=metadata.name!=socket-b");
        assertThat(next()).isEqualTo("ADDED socket-a");
        server.label("socket-a", "\"x\":\"y\"");
        assertThat(next()).isEqualTo("MODIFIED socket-a");
        server.remove("socket-a");
        assertThat(next()).isEqualTo("DELETED socket-a");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        await().atMost(20, TimeUnit.SECONDS).until(() -> server.controlPlane.openCursors() == 0);
        server.remove("socket-b");
    }

    @Test
    void theServerEndsTheWatchAfterItsTime() throws Exception {
        watch("&timeoutSeconds=1&resourceVersion=" + server.version());
        assertThat(next()).isEqualTo("closed 1000");
    }

    @Test
    void aRefusalIsAnOrdinaryAnswer() {
        assertThatThrownBy(() -> watch("&fieldSelector=spec.x=y"))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(400));
    }
}
