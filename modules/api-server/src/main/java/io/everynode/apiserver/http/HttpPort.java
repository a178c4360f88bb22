package io.everynode.apiserver.http;

import io.everynode.apiserver.pki.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;

/**
 * A port that speaks HTTP/1.1, and HTTP/2 with clients that begin with it (prior knowledge) or, with TLS, agree on it
 * by ALPN. An {@code Upgrade: h2c} is not taken (docs/adr/0031). Thread-safe.
 */
public final class HttpPort {

    /** Answers requests in the types of Pekko HTTP for Java; never fails, never throws; called on an event loop. */
    public interface Handler extends Function<HttpRequest, CompletionStage<HttpResponse>> {}

    /** Told to each connection. */
    enum Stopping {
        STOPPING
    }

    /** For streams of HTTP/2 at an end that has no deadline of its own. */
    static final Duration LONGEST_END = Duration.ofSeconds(30);

    private final Channel listener;
    private final ChannelGroup connections;
    private final MultiThreadIoEventLoopGroup loops;

    private HttpPort(Channel listener, ChannelGroup connections, MultiThreadIoEventLoopGroup loops) {
        this.listener = listener;
        this.connections = connections;
        this.loops = loops;
    }

    /**
     * Completes when the port is open.
     *
     * @param tls empty for plain text
     * @param places bounds connections
     */
    public static CompletionStage<HttpPort> bind(
            ActorSystem system,
            String host,
            int port,
            HttpSettings settings,
            Optional<ServerTls> tls,
            Connections places,
            Handler handler) {
        Materializer materializer = SystemMaterializer.get(system).materializer();
        Protocols protocols = new Protocols(settings, new RequestReader(system, settings), handler, materializer);
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                new DefaultThreadFactory("http", true),
                NioIoHandler.newFactory());
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        ServerBootstrap server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .handler(new Room(settings.maxConnections()))
                .option(ChannelOption.SO_BACKLOG, settings.backlog())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connections.add(connection);
                        accepted(connection, settings, tls, places, protocols);
                    }
                });
        CompletableFuture<HttpPort> bound = new CompletableFuture<>();
        server.bind(host, port).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                bound.complete(new HttpPort(done.channel(), connections, loops));
            } else {
                loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
                bound.completeExceptionally(done.cause());
            }
        });
        return bound;
    }

    private static void accepted(
            Channel connection,
            HttpSettings settings,
            Optional<ServerTls> tls,
            Connections places,
            Protocols protocols) {
        InetSocketAddress from = (InetSocketAddress) connection.remoteAddress();
        Optional<Connections.Place> entered =
                places.enter(from.getAddress(), () -> connection.eventLoop().execute(() -> closeNow(connection)));
        if (entered.isEmpty()) {
            refuse(connection, tls.isPresent());
            return;
        }
        Connections.Place place = entered.get();
        connection.closeFuture().addListener(done -> place.left());
        // A client that connects and says nothing keeps no place.
        connection
                .eventLoop()
                .schedule(
                        () -> closeIfSilent(connection, place),
                        settings.headTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        if (tls.isEmpty()) {
            protocols.plain(connection.pipeline(), place);
            return;
        }
        SslHandler handler = new SslHandler(tls.get().engine());
        handler.setHandshakeTimeoutMillis(settings.headTimeout().toMillis());
        connection.pipeline().addLast(handler);
        connection.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                // After one that fails the handler itself closes, once it has said why.
                if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                    protocols.secured(context.pipeline(), place, handler);
                    context.pipeline().remove(this);
                }
                context.fireUserEventTriggered(event);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
                context.close();
            }
        });
    }

    /** One that has begun to say something is watched by its guard. */
    private static void closeIfSilent(Channel connection, Connections.Place place) {
        BytesGuard guard = connection.pipeline().get(BytesGuard.class);
        if (!place.hasSpoken() && (guard == null || !guard.isInHead())) {
            closeNow(connection);
        }
    }

    /** In plain text it is told why; a handshake only to say so would cost more than the connection. */
    private static void refuse(Channel connection, boolean tls) {
        if (tls) {
            connection.close();
            return;
        }
        connection.pipeline().addLast(new HttpResponseEncoder());
        connection.eventLoop().execute(() -> {
            connection.writeAndFlush(AnswerHead.whole(Refusals.TOO_MANY_CONNECTIONS));
            Closing.gently(connection.pipeline().lastContext());
        });
    }

    /** Whatever is still to be said; on the connection's event loop. */
    static void closeNow(Channel connection) {
        connection.unsafe().close(connection.voidPromise());
    }

    /** Accepts no more while there are as many connections as there may be. */
    private static final class Room extends ChannelInboundHandlerAdapter {

        private final int most;
        private int open;

        Room(int most) {
            this.most = most;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            Channel connection = (Channel) accepted;
            connection.closeFuture().addListener(done -> context.executor().execute(() -> count(context, -1)));
            count(context, 1);
            context.fireChannelRead(accepted);
        }

        private void count(ChannelHandlerContext context, int more) {
            open += more;
            context.channel().config().setAutoRead(open < most);
        }
    }

    /** Where it listens. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Takes no more connections; those that are there go on. */
    public CompletionStage<Done> unbind() {
        if (!listener.isOpen()) {
            // Its event loop, which would tell, may have ended.
            return CompletableFuture.completedFuture(Done.getInstance());
        }
        CompletableFuture<Done> closed = new CompletableFuture<>();
        listener.close().addListener(done -> closed.complete(Done.getInstance()));
        return closed;
    }

    private static void stop(Channel connection) {
        boolean begun = connection.pipeline().get(Exchange.class) != null
                || connection.pipeline().get(Http2Connection.class) != null
                || connection.pipeline().get(UpgradedConnection.class) != null;
        if (begun) {
            connection.pipeline().fireUserEventTriggered(Stopping.STOPPING);
        } else {
            closeNow(connection);
        }
    }

    /** Takes no more connections and ends those that are there once their requests are answered, at the latest then. */
    public CompletionStage<Done> terminate(Duration deadline) {
        return unbind().thenCompose(unbound -> {
            CompletableFuture<Done> ended = new CompletableFuture<>();
            for (Channel each : connections) {
                each.eventLoop().execute(() -> stop(each));
            }
            connections.newCloseFuture().addListener(all -> ended.complete(Done.getInstance()));
            return ended.completeOnTimeout(Done.getInstance(), deadline.toMillis(), TimeUnit.MILLISECONDS)
                    .thenCompose(done -> {
                        CompletableFuture<Done> over = new CompletableFuture<>();
                        connections.forEach(each -> each.eventLoop().execute(() -> closeNow(each)));
                        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS)
                                .addListener(all -> over.complete(Done.getInstance()));
                        return over;
                    });
        });
    }
}
