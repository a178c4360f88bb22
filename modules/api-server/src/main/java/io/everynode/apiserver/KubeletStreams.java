package io.everynode.apiserver;

import io.everynode.apiserver.UpgradeAnswer.Header;
import io.everynode.objects.ApiStatus;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.impl.engine.server.UpgradeToOtherProtocolResponseHeader;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.reactivestreams.Processor;

/**
 * Connects a client that upgrades its connection with a kubelet that does the same: from then on every byte is passed
 * on as it is, whatever protocol the two have chosen (docs/adr/0048). What is open counts as an open watch.
 * Thread-safe.
 */
final class KubeletStreams {

    /** As upstream does after an upgrade that came to nothing. */
    private static final HttpHeader CLOSE = HttpHeader.parse("Connection", "close");

    private static final ApiStatus NO_UPGRADE = ApiStatus.badRequest("Upgrade request required");

    /** The client's headers that the choice of a protocol needs; who the client is, is this server's to know. */
    private static final Set<String> PASSED = Set.of(
            "upgrade",
            "user-agent",
            "x-stream-protocol-version",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-protocol",
            "sec-websocket-extensions");

    /** The kubelet's that the client needs. */
    private static final Set<String> ANSWERED = Set.of(
            "upgrade",
            "x-stream-protocol-version",
            "x-accepted-stream-protocol-versions",
            "sec-websocket-accept",
            "sec-websocket-protocol",
            "sec-websocket-extensions");

    private final ActorSystem<?> system;
    private final KubeletSettings settings;
    private final OpenWatches open;
    private final KubeletTls tls;

    KubeletStreams(ActorSystem<?> system, KubeletSettings settings, KubeletTls tls, OpenWatches open) {
        this.tls = tls;
        this.system = system;
        this.settings = settings;
        this.open = open;
    }

    /** @throws ApiFailure with 400 for a request that upgrades nothing */
    static void requireUpgrade(Call call) {
        boolean wanted = !call.header("Upgrade").isEmpty()
                && call.header("Connection").toLowerCase(Locale.ROOT).contains("upgrade")
                && call.request().protocol().value().startsWith("HTTP/1");
        if (!wanted) {
            throw new ApiFailure(NO_UPGRADE);
        }
    }

    /**
     * The answer to the client: the kubelet's own, when it refuses.
     *
     * @param node whose kubelet it is
     * @param path with its query, as the kubelet has it
     */
    CompletionStage<HttpResponse> connect(Call call, String node, KubeletEndpoint kubelet, String path) {
        CompletableFuture<UpgradeAnswer> answer = new CompletableFuture<>();
        Flow<ByteString, ByteString, NotUsed> exchange = BidiFlow.fromGraph(
                        new UpgradeExchange(request(call, kubelet, path), settings.idleTimeout(), answer))
                .join(connection(node, kubelet));
        Processor<ByteString, ByteString> processor = exchange.toProcessor().run(system);
        return answer.handle((given, failure) -> failure == null
                ? answered(given, processor, open.of(call))
                : StatusResponses.of(
                                call,
                                KubeletFailures.unreachable(kubelet, "https://" + kubelet.authority() + path, failure))
                        .addHeader(CLOSE));
    }

    private Flow<ByteString, ByteString, ?> connection(String node, KubeletEndpoint kubelet) {
        List<Inet.SocketOption> options = List.of(TcpSO.keepAlive(true), TcpSO.tcpNoDelay(true));
        return Tcp.get(system)
                .outgoingConnectionWithTls(
                        InetSocketAddress.createUnresolved(kubelet.host(), kubelet.port()),
                        () -> tls.engine(node, kubelet.host(), kubelet.port(), false),
                        Optional.empty(),
                        options,
                        Optional.of(settings.connectTimeout()),
                        Optional.empty(),
                        session -> Optional.empty(),
                        TLSClosing.eagerClose());
    }

    /** Headers stand each in a line of its own, as they came: kubelets do not look for commas. */
    private static ByteString request(Call call, KubeletEndpoint kubelet, String path) {
        String method = call.request().method().value();
        StringBuilder head = new StringBuilder(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(kubelet.authority())
                .append("\r\nConnection: Upgrade\r\n");
        if (method.equals("POST")) {
            head.append("Content-Length: 0\r\n");
        }
        for (HttpHeader header : call.request().getHeaders()) {
            if (PASSED.contains(header.lowercaseName())) {
                head.append(header.name()).append(": ").append(header.value()).append("\r\n");
            }
        }
        return ByteString.fromString(head.append("\r\n").toString());
    }

    private static HttpResponse answered(
            UpgradeAnswer answer, Processor<ByteString, ByteString> processor, OpenWatches.Opening opening) {
        HttpResponse response = HttpResponse.create().withStatus(answer.code());
        for (Header header : answer.headers()) {
            if (ANSWERED.contains(header.name().toLowerCase(Locale.ROOT))) {
                response = response.addHeader(RawHeader.create(header.name(), header.value()));
            }
        }
        if (answer.code() == UpgradeAnswer.SWITCHING) {
            return response.addHeader(Connection.create("Upgrade"))
                    .addHeader(new UpgradeToOtherProtocolResponseHeader(
                            counted(Flow.fromProcessor(() -> processor), opening)
                                    .asScala()));
        }
        String type = answer.header("Content-Type");
        return response.addHeader(CLOSE)
                .withEntity(HttpEntities.create(
                        type.contains("json") ? ContentTypes.APPLICATION_JSON : ContentTypes.TEXT_PLAIN_UTF8,
                        answer.body()));
    }

    private static Flow<ByteString, ByteString, Object> counted(
            Flow<ByteString, ByteString, NotUsed> flow, OpenWatches.Opening opening) {
        Duration left = opening.left();
        SharedKillSwitch end = KillSwitches.shared("stream");
        return Flow.of(ByteString.class)
                .takeWithin(left)
                .via(end.flow())
                .via(flow)
                .via(end.flow())
                .takeWithin(left)
                .watchTermination((ignored, done) -> {
                    Runnable ending = end::shutdown;
                    opening.opened(ending);
                    done.whenComplete((ended, failure) -> opening.ended(ending));
                    return (Object) NotUsed.getInstance();
                });
    }
}
