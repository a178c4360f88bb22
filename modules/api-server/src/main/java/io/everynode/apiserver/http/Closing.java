package io.everynode.apiserver.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that its client gets the last that it was sent: closed on bytes that nobody has read, a
 * connection is reset, and what is on its way is lost. So nothing more is said, and what still comes is thrown away
 * until the client closes, or has taken too long.
 */
final class Closing extends ChannelInboundHandlerAdapter {

    private static final long PATIENCE_SECONDS = 2;

    private Closing() {}

    static void gently(ChannelHandlerContext context) {
        Channel channel = context.channel();
        if (!channel.isActive()) {
            return;
        }
        context.pipeline().addFirst(new Closing());
        SslHandler tls = context.pipeline().get(SslHandler.class);
        // After what was written before.
        (tls == null ? context.writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound()).addListener(done -> {
            if (channel instanceof DuplexChannel both) {
                both.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }
        });
        channel.eventLoop().schedule(() -> HttpPort.closeNow(channel), PATIENCE_SECONDS, TimeUnit.SECONDS);
        channel.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext any, Object message) {
        ReferenceCountUtil.release(message);
    }
}
