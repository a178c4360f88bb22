package io.everynode.apiserver;

import io.everynode.apiserver.pki.ServerTls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.impl.engine.HttpConnectionIdleTimeoutBidi;
import org.apache.pekko.http.impl.engine.http2.Http2Blueprint;
import org.apache.pekko.http.impl.engine.http2.NoOpTelemetry$;
import org.apache.pekko.http.impl.engine.http2.ProtocolSwitch;
import org.apache.pekko.http.impl.engine.server.GracefulTerminatorStage;
import org.apache.pekko.http.impl.engine.server.HttpAttributes$;
import org.apache.pekko.http.impl.engine.server.MasterServerTerminator;
import org.apache.pekko.http.impl.engine.server.ServerTerminator;
import org.apache.pekko.http.scaladsl.Http$;
import org.apache.pekko.http.scaladsl.HttpExt;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;
import org.apache.pekko.japi.function.Function2;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import scala.Option;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.jdk.javaapi.DurationConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * A port that speaks HTTP/1.1, and HTTP/2 with clients that begin with it (prior knowledge) or, with TLS, agree on it
 * by ALPN. An {@code Upgrade: h2c} is not taken: Pekko HTTP's own port switches over before it has read the request's
 * body, and the connection breaks (docs/adr/0031). Thread-safe.
 */
final class HttpPort {

    /** Answers requests in the types of Pekko HTTP for Java; never fails, never throws. */
    interface Handler
            extends Function<
                    org.apache.pekko.http.javadsl.model.HttpRequest,
                    CompletionStage<org.apache.pekko.http.javadsl.model.HttpResponse>> {}

    private static final int SWITCHING = 101;

    private final Tcp.ServerBinding binding;
    private final MasterServerTerminator connections;
    private final ExecutionContext executor;

    private HttpPort(Tcp.ServerBinding binding, MasterServerTerminator connections, ExecutionContext executor) {
        this.binding = binding;
        this.connections = connections;
        this.executor = executor;
    }

    /**
     * Completes when the port is open.
     *
     * @param tls empty for plain text
     * @param places bounds connections
     */
    static CompletionStage<HttpPort> bind(
            ActorSystem system,
            String host,
            int port,
            ServerSettings settings,
            Duration headTimeout,
            Optional<ServerTls> tls,
            Connections places,
            Handler handler) {
        HttpExt http = Http$.MODULE$.apply(system);
        ExecutionContext executor = system.dispatcher();
        Materializer materializer = SystemMaterializer.get(system).materializer();
        MasterServerTerminator connections = new MasterServerTerminator(system.log());
        var layer = http1Layer(system, http, settings);
        var http2 = http2(system, http, settings, handler).asScala();
        return Tcp.get(system)
                .bind(host, port, settings.backlog(), settings.getSocketOptions(), false, Optional.empty())
                .mapAsyncUnordered(settings.maxConnections(), connection -> {
                    SharedKillSwitch cut = KillSwitches.shared("connection");
                    Optional<Connections.Place> place =
                            places.enter(connection.remoteAddress().getAddress(), cut::shutdown);
                    if (place.isEmpty()) {
                        return refused(connection, tls.isPresent(), materializer);
                    }
                    Flow<ByteString, ByteString, NotUsed> withIdleTimeout = new BidiFlow<>(
                                    HttpConnectionIdleTimeoutBidi.apply(
                                            settings.timeouts().idleTimeout(),
                                            Option.apply(connection.remoteAddress())))
                            .join(connection.flow().via(cut.flow()));
                    RequestHeads heads = new RequestHeads(headTimeout.toNanos(), place.get()::spoke);
                    Optional<TlsConnection> secured = tls.map(files -> new TlsConnection(files.engine(), headTimeout));
                    Flow<ByteString, ByteString, NotUsed> plain = secured.map(each -> each.open(withIdleTimeout))
                            // A client that connects and says nothing keeps no place.
                            .orElseGet(() -> withIdleTimeout.initialTimeout(headTimeout));
                    return protocols(http1(layer, settings, handler, heads), http2, secured)
                            .<CompletionStage<Done>>watchTermination(watched(connections, executor))
                            .join(watched(plain, heads))
                            .addAttributes(Http$.MODULE$.cancellationStrategyAttributeForDelay(
                                    settings.streamCancellationDelay()))
                            // By it a request tells from where it comes.
                            .addAttributes(HttpAttributes$.MODULE$.remoteAddress(connection.remoteAddress()))
                            .run(materializer)
                            // A connection that breaks is no failure of the port.
                            .handle((done, broken) -> {
                                place.get().left();
                                return Done.getInstance();
                            });
                })
                .to(Sink.ignore())
                .run(materializer)
                .thenApply(binding -> new HttpPort(binding, connections, executor));
    }

    /** In plain text it is told why; a handshake only to say so would cost more than the connection. */
    private static CompletionStage<Done> refused(
            Tcp.IncomingConnection connection, boolean tls, Materializer materializer) {
        Source<ByteString, NotUsed> answer = tls ? Source.empty() : Source.single(HeadTimeout.TOO_MANY_CONNECTIONS);
        return answer.via(connection.flow())
                .runWith(Sink.ignore(), materializer)
                .exceptionally(broken -> Done.getInstance());
    }

    private static Flow<ByteString, ByteString, Future<ServerTerminator>> protocols(
            Flow<SslTlsInbound, SslTlsOutbound, ServerTerminator> http1,
            org.apache.pekko.stream.scaladsl.Flow<SslTlsInbound, SslTlsOutbound, ServerTerminator> http2,
            Optional<TlsConnection> tls) {
        if (tls.isPresent()) {
            TlsConnection connection = tls.get();
            return connection
                    .session()
                    .join(
                            Flow.of(SslTlsInbound.class)
                                    .viaMat(
                                            new Flow<>(ProtocolSwitch.apply(
                                                    first -> connection.protocol(), http1.asScala(), http2)),
                                            Keep.right()),
                            Keep.right());
        }
        return TLSPlacebo.getInstance()
                .reversed()
                .join(
                        Flow.of(SessionBytes.class)
                                .map(SslTlsInbound.class::cast)
                                .viaMat(new Flow<>(ProtocolSwitch.byPreface(http1.asScala(), http2)), Keep.right()),
                        Keep.right());
    }

    /** A connection's bytes, as far as heads are in time. */
    private static Flow<ByteString, ByteString, NotUsed> watched(
            Flow<ByteString, ByteString, NotUsed> connection, RequestHeads heads) {
        return BidiFlow.fromGraph(new HeadTimeout(heads)).join(connection);
    }

    private static Function2<Future<ServerTerminator>, CompletionStage<Done>, CompletionStage<Done>> watched(
            MasterServerTerminator connections, ExecutionContext executor) {
        return (terminator, end) -> {
            FutureConverters.asJava(terminator).thenAccept(one -> {
                connections.registerConnection(one, executor);
                end.whenComplete((done, failure) -> connections.removeConnection(one));
            });
            return end;
        };
    }

    /** Made once for all connections: it holds the tables by which heads are read, and they take long to fill. */
    private static BidiFlow<HttpResponse, SslTlsOutbound, SslTlsInbound, HttpRequest, ServerTerminator> http1Layer(
            ActorSystem system, HttpExt http, ServerSettings settings) {
        return new BidiFlow<>(GracefulTerminatorStage.apply(system, settings))
                .atop(new BidiFlow<>(http.serverLayer(settings, Option.empty(), system.log(), false)));
    }

    private static Flow<SslTlsInbound, SslTlsOutbound, ServerTerminator> http1(
            BidiFlow<HttpResponse, SslTlsOutbound, SslTlsInbound, HttpRequest, ServerTerminator> layer,
            ServerSettings settings,
            Handler handler,
            RequestHeads heads) {
        return Flow.of(HttpRequest.class)
                .mapAsync(settings.pipeliningLimit(), request -> {
                    heads.read();
                    return handler.apply(request).thenApply(response -> {
                        if (response.status().intValue() == SWITCHING) {
                            heads.ignore();
                        }
                        heads.answered();
                        return (HttpResponse) response;
                    });
                })
                .joinMat(layer, Keep.right());
    }

    private static Flow<SslTlsInbound, SslTlsOutbound, ServerTerminator> http2(
            ActorSystem system, HttpExt http, ServerSettings settings, Handler handler) {
        return new Flow<>(Http2Blueprint.handleWithStreamIdHeader(
                        settings.http2Settings().maxConcurrentStreams(),
                        request ->
                                FutureConverters.asScala(handler.apply(request).thenApply(HttpResponse.class::cast)),
                        system.dispatcher()))
                .joinMat(
                        new BidiFlow<>(Http2Blueprint.serverStackTls(
                                settings, system.log(), NoOpTelemetry$.MODULE$, http.dateHeaderRendering())),
                        Keep.right());
    }

    /** Where it listens. */
    InetSocketAddress localAddress() {
        return binding.localAddress();
    }

    /** Takes no more connections; those that are there go on. */
    CompletionStage<Done> unbind() {
        return binding.unbind().thenApply(done -> Done.getInstance());
    }

    /** Takes no more connections and ends those that are there once their requests are answered, at the latest then. */
    CompletionStage<Done> terminate(Duration deadline) {
        return unbind().thenCompose(done ->
                        FutureConverters.asJava(connections.terminate(DurationConverters.toScala(deadline), executor)))
                .thenApply(done -> Done.getInstance());
    }
}
