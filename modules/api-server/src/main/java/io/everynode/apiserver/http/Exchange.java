package io.everynode.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of a connection of HTTP/1, one after another, or the one of an HTTP/2 stream, and their answers. A small
 * body that comes along with its head is handed over whole, any other as a stream. All of it is for the channel's event
 * loop.
 */
final class Exchange extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    /** Larger bodies are streams. */
    private static final int WHOLE = 128 * 1024;

    /** A body that is not there whole by then is a stream, so that its handler bounds the time it takes. */
    private static final long GRACE_MILLIS = 100;

    /** Heads, each with its first line and headers, and pieces of bodies. */
    private static final int MOST_EARLY = 8;

    /** What is read of a body whose size nobody bounds. */
    private static final long DRAINED = 8L << 20;

    private final RequestReader reader;
    private final HttpPort.Handler handler;
    private final Materializer materializer;
    private final ClientConnection client;
    private final boolean http2;

    /** What came before the answer to what was there. */
    private final Deque<Object> early = new ArrayDeque<>();

    private ChannelHandlerContext context;

    /** The request under way; null between requests. */
    private HttpRequest head;

    private RequestReader.Head read;

    /** As far as it is being collected; else null. */
    private ByteBuf collected;

    /** Of the request under way, if it is a stream. */
    private Inflow body;

    private Outflow outflow;
    private boolean handled;

    /** Whether the request under way has come to its end. */
    private boolean ended;

    private boolean last;
    private boolean wanted;
    private boolean over;

    Exchange(
            RequestReader reader,
            HttpPort.Handler handler,
            Materializer materializer,
            ClientConnection client,
            boolean http2) {
        this.reader = reader;
        this.handler = handler;
        this.materializer = materializer;
        this.client = client;
        this.http2 = http2;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        if (added.channel().isActive()) {
            want();
        }
    }

    /** One message more; a round of reading may end without one. */
    private void want() {
        wanted = true;
        context.read();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        want();
        active.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext any, Object message) {
        wanted = false;
        if (over) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest && head != null || !early.isEmpty()) {
            early(message);
        } else {
            take(message);
        }
    }

    /** Of a client that does not wait for its answer. It is read from for a while, so that its end is noticed. */
    private void early(Object message) {
        early.add(message);
        if (early.size() < MOST_EARLY) {
            want();
        }
    }

    private void take(Object message) {
        try {
            if (message instanceof HttpRequest next) {
                begin(next);
            }
            if (message instanceof HttpContent content && head != null && !over) {
                content(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest next) {
        head = next;
        handled = false;
        ended = false;
        body = null;
        client.place().spoke();
        read = reader.head(next);
        if (read.refusal() != null) {
            refuse(read.refusal());
            return;
        }
        last |= !HttpUtil.isKeepAlive(next);
        if (HttpUtil.is100ContinueExpected(next)) {
            context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        if (next instanceof LastHttpContent) {
            return;
        }
        collected = Unpooled.EMPTY_BUFFER;
        want();
    }

    private void content(HttpContent content) {
        boolean broken = content.decoderResult().isFailure();
        boolean end = content instanceof LastHttpContent;
        ended = end && !broken;
        if (body != null) {
            if (broken) {
                body.end(new IOException("the body cannot be read"));
                last = true;
                return;
            }
            body.offer(ByteString.fromArrayUnsafe(ByteBufUtil.getBytes(content.content())));
            if (end) {
                body.end(null);
                watchForTheEnd();
            }
            return;
        }
        if (broken) {
            refuse(Refusals.malformed("the body of the request cannot be read"));
            return;
        }
        if (end && (collected == null || !collected.isReadable())) {
            whole(ByteBufUtil.getBytes(content.content()));
            return;
        }
        collected = Unpooled.wrappedBuffer(collected, Unpooled.wrappedBuffer(ByteBufUtil.getBytes(content.content())));
        if (end) {
            whole(ByteBufUtil.getBytes(collected));
        } else if (collected.readableBytes() > WHOLE) {
            streamed();
        } else {
            want();
        }
    }

    private void whole(byte[] bytes) {
        collected = null;
        handle(
                bytes.length == 0 && read.type().equals(ContentTypes.NO_CONTENT_TYPE)
                        ? HttpEntities.EMPTY
                        : HttpEntities.create(read.type(), ByteString.fromArrayUnsafe(bytes)));
        watchForTheEnd();
    }

    private void streamed() {
        body = new Inflow(context.executor(), this::want);
        body.offer(ByteString.fromArrayUnsafe(ByteBufUtil.getBytes(collected)));
        collected = null;
        long length = HttpUtil.getContentLength(head, -1L);
        var type = read.type();
        RequestEntity entity = length > 0
                ? HttpEntities.create(type, length, body.source())
                : HttpEntities.createChunked(type, body.source());
        handle((RequestEntity) entity.withSizeLimit(DRAINED));
    }

    /** A client that goes away is noticed while it waits. */
    private void watchForTheEnd() {
        if (!http2 && !over) {
            want();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext any) {
        if (collected != null) {
            HttpRequest slow = head;
            context.executor()
                    .schedule(
                            () -> {
                                if (head == slow && collected != null && !over) {
                                    streamed();
                                }
                            },
                            GRACE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
        if (wanted && !over) {
            context.read();
        }
        any.fireChannelReadComplete();
    }

    private void handle(RequestEntity entity) {
        HttpRequest request = head;
        org.apache.pekko.http.javadsl.model.HttpRequest asked;
        try {
            asked = reader.request(request, read, entity, http2, client);
        } catch (RuntimeException e) {
            // Of Pekko HTTP's parsers, which read what a WebSocket begins with.
            refuse(Refusals.malformed("the head of the request cannot be read"));
            return;
        }
        handled = true;
        handler.apply(asked).whenComplete((response, failure) -> {
            if (context.executor().inEventLoop()) {
                respond(request, response, failure);
            } else {
                context.executor().execute(() -> respond(request, response, failure));
            }
        });
    }

    private void respond(HttpRequest request, HttpResponse response, Throwable failure) {
        try {
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            if (over || !context.channel().isActive()) {
                forget(response.entity());
            } else if (response.status().intValue() == HttpResponseStatus.SWITCHING_PROTOCOLS.code() && !http2) {
                over = true;
                UpgradedConnection.begin(context, response, materializer);
            } else {
                send(request, response);
            }
        } catch (RuntimeException defect) {
            LOG.error("no answer to {} {}", request.method(), request.uri(), defect);
            context.close();
        }
    }

    private void send(HttpRequest request, HttpResponse response) {
        HttpEntity entity = response.entity();
        boolean bodiless = request.method().equals(HttpMethod.HEAD);
        byte[] bytes =
                entity instanceof HttpEntity.Strict strict ? strict.getData().toArrayUnsafe() : null;
        var answer = bytes != null || bodiless
                ? new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(response.status().intValue()),
                        bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes))
                : new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(response.status().intValue()));
        AnswerHead.fill(answer.headers(), response);
        last |= AnswerHead.asksToClose(answer.headers()) || !ended;
        boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (bytes != null) {
            answer.headers().set("Content-Length", bytes.length);
        } else if (!http2 && !old) {
            answer.headers().set("Transfer-Encoding", HttpHeaderValues.CHUNKED);
        } else if (old) {
            last = true;
        }
        if (last && !http2) {
            answer.headers().set("Connection", HttpHeaderValues.CLOSE);
        } else if (old) {
            answer.headers().set("Connection", HttpHeaderValues.KEEP_ALIVE);
        }
        if (bytes == null && !bodiless) {
            outflow = new Outflow(
                    context.channel(),
                    piece -> new DefaultHttpContent(Unpooled.wrappedBuffer(piece.toArrayUnsafe())),
                    this::streamEnded);
            // Before the client knows of it: what is open is counted by then.
            entity.getDataBytes().runWith(Sink.fromGraph(outflow), materializer);
            context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            return;
        }
        context.writeAndFlush(answer);
        if (bytes == null) {
            forget(entity);
        }
        answered();
    }

    /** It may have no end, and what makes it has to be told that nobody wants it. */
    private void forget(HttpEntity entity) {
        if (!(entity instanceof HttpEntity.Strict)) {
            entity.getDataBytes().runWith(Sink.cancelled(), materializer);
        }
    }

    private void streamEnded(Throwable failure) {
        outflow = null;
        if (over) {
            return;
        }
        if (failure != null) {
            // Only so the client learns that it has not all.
            LOG.debug("an answer broke off", failure);
            context.close();
            return;
        }
        context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        answered();
    }

    private void answered() {
        head = null;
        if (http2) {
            if (!ended) {
                context.close();
            }
            return;
        }
        if (last) {
            end();
            return;
        }
        body = null;
        if (early.isEmpty()) {
            // A read is under way.
            return;
        }
        while (!early.isEmpty() && !(head != null && early.peek() instanceof HttpRequest)) {
            take(early.poll());
        }
    }

    /** Says it, and ends the connection. */
    private void refuse(HttpResponse refusal) {
        HttpRequest refused = head;
        collected = null;
        last = true;
        if (refused == null) {
            refused = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        }
        send(refused, refusal);
    }

    private void end() {
        over = true;
        Closing.gently(context);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext any, Object event) {
        if (event instanceof BytesGuard.Wrong wrong && !over) {
            if (body != null && !ended) {
                body.end(new IOException("the body cannot be read"));
                last = true;
            } else if (handled && head != null) {
                // In the middle of another answer it would be a part of that.
                over = true;
                context.close();
            } else {
                refuse(wrong.refusal());
            }
        } else if (event == HttpPort.Stopping.STOPPING && !http2) {
            last = true;
            if (head == null && !over) {
                over = true;
                context.close();
            }
        }
        any.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext any) {
        if (outflow != null) {
            outflow.writable();
        }
        any.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext any) {
        over = true;
        early.forEach(ReferenceCountUtil::release);
        early.clear();
        if (body != null) {
            body.end(new IOException("the connection was closed"));
        }
        if (outflow != null) {
            outflow.closed();
            outflow = null;
        }
        any.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext any, Throwable broken) {
        LOG.debug("a connection broke", broken);
        any.close();
    }
}
