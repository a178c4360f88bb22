package io.everynode.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Lets the bytes of a connection of HTTP/1 pass, as long as they say in one way only how long each request is
 * ({@link RequestFraming}), and each head is whole in time. Else it tells, once, and lets nothing more pass.
 */
final class BytesGuard extends ChannelInboundHandlerAdapter {

    /** @param refusal what the client is to be told */
    record Wrong(HttpResponse refusal) {}

    private final RequestFraming framing = new RequestFraming();
    private final long limitMillis;
    private boolean watching;
    private boolean over;

    BytesGuard(Duration headTimeout) {
        this.limitMillis = headTimeout.toMillis();
    }

    /** Whether a head has begun and not ended. */
    boolean isInHead() {
        return framing.isInHead();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
            return;
        }
        Optional<String> wrong = framing.read(bytes);
        if (wrong.isPresent()) {
            over = true;
            bytes.release();
            context.fireUserEventTriggered(new Wrong(Refusals.malformed(wrong.get())));
            return;
        }
        context.fireChannelRead(bytes);
    }

    /** A head that comes whole at once, as nearly all do, needs no timer. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        watch(context);
        context.fireChannelReadComplete();
    }

    private void watch(ChannelHandlerContext context) {
        if (framing.isInHead() && !watching && !over) {
            watching = true;
            long begun = framing.heads();
            context.executor().schedule(() -> look(context, begun), limitMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void look(ChannelHandlerContext context, long begun) {
        watching = false;
        if (over || !framing.isInHead() || context.isRemoved()) {
            return;
        }
        if (framing.heads() == begun) {
            over = true;
            context.fireUserEventTriggered(new Wrong(Refusals.LATE));
        } else {
            watch(context);
        }
    }
}
