package io.everynode.apiserver.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Instant;
import org.apache.pekko.http.impl.engine.server.UpgradeToOtherProtocolResponseHeader;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** From an answer's head as handlers make it to Netty's. */
final class AnswerHead {

    private static volatile Date date = new Date(0, "");

    /** @param second since the epoch */
    private record Date(long second, String text) {}

    private AnswerHead() {}

    /** Names and values are checked, so that nobody's words end a header. */
    static void fill(HttpHeaders to, HttpResponse response) {
        for (HttpHeader header : response.getHeaders()) {
            if (!(header instanceof UpgradeToOtherProtocolResponseHeader)) {
                to.add(header.name(), header.value());
            }
        }
        if (!response.entity().getContentType().equals(ContentTypes.NO_CONTENT_TYPE)
                && !response.entity().isKnownEmpty()) {
            to.set("Content-Type", response.entity().getContentType().toString());
        }
        to.set("Date", now());
    }

    /** A small answer after which the connection ends. */
    static FullHttpResponse whole(HttpResponse response) {
        byte[] bytes = ((HttpEntity.Strict) response.entity()).getData().toArray();
        FullHttpResponse whole = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status().intValue()),
                Unpooled.wrappedBuffer(bytes));
        fill(whole.headers(), response);
        whole.headers().set("Content-Length", bytes.length).set("Connection", HttpHeaderValues.CLOSE);
        return whole;
    }

    static boolean asksToClose(HttpHeaders headers) {
        return headers.containsValue("Connection", HttpHeaderValues.CLOSE, true);
    }

    private static String now() {
        long second = Instant.now().getEpochSecond();
        Date last = date;
        if (last.second != second) {
            last = new Date(second, DateFormatter.format(java.util.Date.from(Instant.ofEpochSecond(second))));
            date = last;
        }
        return last.text;
    }
}
