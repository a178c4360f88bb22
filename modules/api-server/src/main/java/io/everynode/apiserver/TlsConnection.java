package io.everynode.apiserver;

import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.TLSProtocol.SendBytes;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.TLS;
import org.apache.pekko.util.ByteString;

/** TLS of one connection, with the connection's plain bytes in between, which are watched as those without TLS are. */
final class TlsConnection {

    private final SSLEngine engine;
    private final Duration handshakeTimeout;
    private volatile SSLSession session;

    /** @param handshakeTimeout until the client's first byte beyond the handshake */
    TlsConnection(SSLEngine engine, Duration handshakeTimeout) {
        this.engine = engine;
        this.handshakeTimeout = handshakeTimeout;
    }

    /** What the other side says and is told, in plain bytes. */
    Flow<ByteString, ByteString, NotUsed> open(Flow<ByteString, ByteString, NotUsed> network) {
        Flow<SslTlsOutbound, SslTlsInbound, NotUsed> encrypted =
                TLS.create(() -> engine, TLSClosing.eagerClose()).join(network);
        return Flow.of(ByteString.class)
                .<SslTlsOutbound>map(SendBytes::new)
                .via(encrypted)
                .filter(SessionBytes.class::isInstance)
                .map(inbound -> {
                    SessionBytes bytes = (SessionBytes) inbound;
                    session = bytes.session();
                    return bytes.bytes();
                })
                .initialTimeout(handshakeTimeout);
    }

    /** Puts the session back to the plain bytes. */
    BidiFlow<ByteString, SslTlsInbound, SslTlsOutbound, ByteString, NotUsed> session() {
        return BidiFlow.fromFlows(
                Flow.of(ByteString.class).<SslTlsInbound>map(bytes -> new SessionBytes(session, bytes)),
                Flow.of(SslTlsOutbound.class)
                        .filter(SendBytes.class::isInstance)
                        .map(outbound -> ((SendBytes) outbound).bytes()));
    }

    /** What client and server have agreed on: "h2", or something else for HTTP/1.1. Known after the handshake. */
    String protocol() {
        String agreed = engine.getApplicationProtocol();
        return agreed == null ? "" : agreed;
    }
}
