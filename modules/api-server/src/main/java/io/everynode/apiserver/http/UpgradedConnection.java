package io.everynode.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.flow.FlowControlHandler;
import org.apache.pekko.http.impl.engine.server.UpgradeToOtherProtocolResponseHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * A connection that speaks something else than HTTP from an answer 101 on: its bytes go through a flow, as they are.
 */
final class UpgradedConnection extends ChannelInboundHandlerAdapter {

    private final Inflow inflow;
    private final Outflow outflow;

    private UpgradedConnection(ChannelHandlerContext context) {
        this.inflow = new Inflow(context.executor(), context.channel()::read);
        this.outflow = new Outflow(
                context.channel(),
                piece -> Unpooled.wrappedBuffer(piece.toArrayUnsafe()),
                failure -> Closing.gently(context.pipeline().context(this)));
    }

    /** @param response with the flow in a header of Pekko HTTP */
    static void begin(ChannelHandlerContext context, HttpResponse response, Materializer materializer) {
        Flow<ByteString, ByteString, ?> flow = null;
        for (var header : response.getHeaders()) {
            if (header instanceof UpgradeToOtherProtocolResponseHeader upgrade) {
                flow = upgrade.handler().asJava();
            }
        }
        var head = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        AnswerHead.fill(head.headers(), response);
        context.writeAndFlush(head);
        UpgradedConnection connection = new UpgradedConnection(context);
        ChannelPipeline pipeline = context.pipeline();
        pipeline.addLast(connection);
        pipeline.remove(BytesGuard.class);
        pipeline.remove(Exchange.class);
        pipeline.remove(FlowControlHandler.class);
        // What it has read already goes to the connection.
        pipeline.remove(HttpServerCodec.class);
        connection.inflow.source().via(flow).runWith(Sink.fromGraph(connection.outflow), materializer);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            inflow.offer(ByteString.fromArrayUnsafe(ByteBufUtil.getBytes(bytes)));
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        outflow.writable();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        inflow.end(null);
        outflow.closed();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
        context.close();
    }
}
