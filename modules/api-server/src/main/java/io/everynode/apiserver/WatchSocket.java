package io.everynode.apiserver;

import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Framing;
import org.apache.pekko.stream.javadsl.FramingTruncation;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The answer that carries a watch: chunks of lines, or to a client that asks for a WebSocket one text message for each
 * event (apiserver/pkg/endpoints/handlers/watch.go, HandleWS). fabric8's client asks for one first, and waits for the
 * end of any other answer.
 */
final class WatchSocket {

    private static final ByteString LINE_END = ByteString.fromString("\n");

    private WatchSocket() {}

    /**
     * Only JSON goes over WebSockets.
     *
     * @param events as JSON each is ended by a line feed
     */
    static HttpResponse answer(Call call, ContentType type, Source<ByteString, NotUsed> events) {
        return call.request()
                .getAttribute(AttributeKeys.webSocketUpgrade)
                .filter(upgrade -> type.equals(ContentTypes.APPLICATION_JSON))
                .map(upgrade -> upgrade.handleMessagesWith(messages(events)))
                .orElseGet(() ->
                        HttpResponse.create().withStatus(200).withEntity(HttpEntities.createChunked(type, events)));
    }

    /** What the client says is of no interest; when it goes, the watch ends. */
    private static Flow<Message, Message, NotUsed> messages(Source<ByteString, NotUsed> lines) {
        Source<Message, NotUsed> events = lines.via(
                        Framing.delimiter(LINE_END, Integer.MAX_VALUE, FramingTruncation.ALLOW))
                .map(event -> TextMessage.create(event.utf8String()));
        return Flow.fromSinkAndSourceCoupled(Sink.ignore(), events);
    }
}
