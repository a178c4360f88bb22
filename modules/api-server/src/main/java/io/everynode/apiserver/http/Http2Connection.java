package io.everynode.apiserver.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What concerns a connection of HTTP/2 and none of its streams: its window, whether its client is there, its end. */
final class Http2Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

    private final int window;

    /** @param window more than every connection has */
    Http2Connection(int window) {
        this.window = window;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.executor().execute(() -> {
            if (context.channel().isActive()) {
                context.writeAndFlush(new DefaultHttp2WindowUpdateFrame(window));
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent silence) {
            if (silence.isFirst()) {
                context.writeAndFlush(new DefaultHttp2PingFrame(0));
            } else {
                // Nothing came since, not even the answer to that.
                HttpPort.closeNow(context.channel());
            }
        } else if (event == HttpPort.Stopping.STOPPING) {
            // With GOAWAY, and after the last of the streams.
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
        LOG.debug("a connection broke", broken);
        if (!(broken instanceof Http2Exception)) {
            context.close();
        }
        // Of what breaks the protocol's rules the codec tells the client itself, and ends the connection.
    }
}
