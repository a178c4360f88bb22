package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The change from HTTP to something else, with the protocol within it that both sides know.
 *
 * @param protocol the first of the client's that is known here; "" for one that names none
 * @param key of a WebSocket's handshake; "" for SPDY
 */
record Upgrade(String protocol, String key) {

    private static final String SPDY = "SPDY/3.1";

    static Upgrade toSpdy(RequestHead head, List<String> known) throws RuntimeRefusal {
        if (!head.upgradesTo(SPDY)) {
            throw new RuntimeRefusal(
                    400,
                    "unable to upgrade: missing upgrade headers in request: " + head.header("upgrade")
                            + "; known are SPDY/3.1 and websocket");
        }
        List<String> offered = head.header("x-stream-protocol-version");
        return new Upgrade(chosen(offered, known).orElseThrow(() -> refusal(offered, known)), "");
    }

    static Upgrade toWebSocket(RequestHead head, List<String> known) throws RuntimeRefusal {
        List<String> keys = head.header("sec-websocket-key");
        if (keys.isEmpty() || !head.header("sec-websocket-version").equals(List.of("13"))) {
            throw new RuntimeRefusal(400, "unable to upgrade: not the handshake of a WebSocket, version 13");
        }
        List<String> offered = head.header("sec-websocket-protocol");
        return new Upgrade(chosen(offered, known).orElseThrow(() -> refusal(offered, known)), keys.get(0));
    }

    private static Optional<String> chosen(List<String> offered, List<String> known) {
        return offered.isEmpty()
                ? Optional.of("")
                : offered.stream().filter(known::contains).findFirst();
    }

    private static RuntimeRefusal refusal(List<String> offered, List<String> known) {
        return new RuntimeRefusal(
                403,
                "unable to upgrade: unable to negotiate protocol: client supports " + offered + ", server accepts "
                        + new ArrayList<>(known));
    }

    void accept(Connection connection) throws IOException {
        if (key.isEmpty()) {
            connection.head(101, "Connection", "Upgrade", "Upgrade", SPDY, "X-Stream-Protocol-Version", protocol);
        } else {
            connection.head(
                    101,
                    "Connection",
                    "Upgrade",
                    "Upgrade",
                    "websocket",
                    "Sec-WebSocket-Accept",
                    WebSocket.accept(key),
                    "Sec-WebSocket-Protocol",
                    protocol);
        }
    }
}
