package io.everynode.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.stream.Materializer;

/** Puts together what a connection is handled by, once it is known what it speaks. Thread-safe. */
final class Protocols {

    /** Of a client that resets streams as fast as it opens them; who ends all its watches at once stays below. */
    private static final int RESETS = 4000;

    private static final int RESETS_SECONDS = 30;
    private static final int STREAM_WINDOW = 256 * 1024;
    private static final int CONNECTION_WINDOW = 4 * 1024 * 1024;
    private static final String SILENCE = "silence";

    private final HttpSettings settings;
    private final RequestReader reader;
    private final HttpPort.Handler handler;
    private final Materializer materializer;

    Protocols(HttpSettings settings, RequestReader reader, HttpPort.Handler handler, Materializer materializer) {
        this.settings = settings;
        this.reader = reader;
        this.handler = handler;
        this.materializer = materializer;
    }

    /** From a plain connection's first bytes on. */
    void plain(ChannelPipeline pipeline, Connections.Place place) {
        pipeline.addLast(SILENCE, silence());
        pipeline.addLast(new Preface(place));
    }

    /** From the end of the handshake on. */
    void secured(ChannelPipeline pipeline, Connections.Place place, SslHandler tls) {
        ClientConnection client = ClientConnection.of(
                place,
                (InetSocketAddress) pipeline.channel().remoteAddress(),
                Optional.of(tls.engine().getSession()));
        if ("h2".equals(tls.engine().getApplicationProtocol())) {
            http2(pipeline, client);
        } else {
            pipeline.addLast(SILENCE, silence());
            http1(pipeline, client);
        }
    }

    private IdleStateHandler silence() {
        return new IdleStateHandler(0, 0, settings.idleTimeout().toMillis(), TimeUnit.MILLISECONDS) {
            @Override
            protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
                context.close();
            }
        };
    }

    private void http1(ChannelPipeline pipeline, ClientConnection client) {
        pipeline.channel().config().setAutoRead(false);
        pipeline.addLast(new BytesGuard(settings.headTimeout()));
        pipeline.addLast(new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.maxUri() + 64)
                .setMaxHeaderSize(2 * settings.maxHeaderValue())));
        pipeline.addLast(new FlowControlHandler());
        pipeline.addLast(new Exchange(reader, handler, materializer, client, false));
    }

    private void http2(ChannelPipeline pipeline, ClientConnection client) {
        client.place().spoke();
        pipeline.addLast(new IdleStateHandler(settings.pingInterval().toMillis(), 0, 0, TimeUnit.MILLISECONDS));
        pipeline.addLast(Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(settings.maxStreams())
                        .initialWindowSize(STREAM_WINDOW)
                        .maxHeaderListSize(2L * settings.maxHeaderValue()))
                .decoderEnforceMaxRstFramesPerWindow(RESETS, RESETS_SECONDS)
                .gracefulShutdownTimeoutMillis(HttpPort.LONGEST_END.toMillis())
                .build());
        pipeline.addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.config().setAutoRead(false);
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
                stream.pipeline().addLast(new Exchange(reader, handler, materializer, client, true));
            }
        }));
        pipeline.addLast(new Http2Connection(CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE));
    }

    /** Tells clients that begin with HTTP/2 (prior knowledge) from those that speak HTTP/1. */
    private final class Preface extends ByteToMessageDecoder {

        private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();
        private final Connections.Place place;

        Preface(Connections.Place place) {
            this.place = place;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int there = Math.min(in.readableBytes(), PREFACE.readableBytes());
            boolean equal = ByteBufUtil.equals(PREFACE, PREFACE.readerIndex(), in, in.readerIndex(), there);
            if (equal && there < PREFACE.readableBytes()) {
                return;
            }
            ClientConnection client = ClientConnection.of(
                    place, (InetSocketAddress) context.channel().remoteAddress(), Optional.empty());
            if (equal) {
                context.pipeline().remove(SILENCE);
                http2(context.pipeline(), client);
            } else {
                http1(context.pipeline(), client);
            }
            context.pipeline().remove(this);
        }
    }
}
