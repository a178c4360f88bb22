package io.everynode.apiserver.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.impl.engine.ws.Handshake;
import org.apache.pekko.http.impl.engine.ws.UpgradeToWebSocketLowLevel;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.http.scaladsl.model.HttpMethod;
import org.apache.pekko.http.scaladsl.model.HttpProtocol;
import org.apache.pekko.http.scaladsl.model.HttpProtocols$;
import org.apache.pekko.http.scaladsl.model.Uri;
import scala.jdk.javaapi.CollectionConverters;

/** From a head as Netty reads it to a request as handlers take it. Thread-safe. */
final class RequestReader {

    /** Clients send few; whoever sends others fills no memory with them. */
    private static final int MOST_TYPES = 1000;

    private static final Map<String, ContentType> TYPES = new ConcurrentHashMap<>();

    private final HttpSettings settings;
    private final org.apache.pekko.http.scaladsl.settings.WebSocketSettings sockets;
    private final ActorSystem system;

    RequestReader(ActorSystem system, HttpSettings settings) {
        this.settings = settings;
        this.system = system;
        this.sockets = (org.apache.pekko.http.scaladsl.settings.WebSocketSettings)
                ServerSettings.create(system).getWebsocketSettings();
    }

    /**
     * A head.
     *
     * @param refusal why the request cannot be taken, and its connection not go on; then the rest is null
     */
    record Head(HttpResponse refusal, HttpMethod method, Uri uri, ContentType type) {

        private static Head refused(HttpResponse refusal) {
            return new Head(refusal, null, null, null);
        }
    }

    Head head(HttpRequest head) {
        Throwable broken = head.decoderResult().cause();
        if (broken instanceof TooLongHttpLineException || head.uri().length() > settings.maxUri()) {
            return Head.refused(Refusals.LONG_URI);
        }
        if (broken instanceof TooLongHttpHeaderException) {
            return Head.refused(Refusals.LONG_HEADERS);
        }
        if (broken != null) {
            return Head.refused(Refusals.malformed("the head of the request cannot be read"));
        }
        HttpHeaders headers = head.headers();
        if (headers.size() > settings.maxHeaders()) {
            return Head.refused(Refusals.LONG_HEADERS);
        }
        for (Map.Entry<CharSequence, CharSequence> header : iterable(headers)) {
            if (header.getValue().length() > settings.maxHeaderValue()) {
                return Head.refused(Refusals.LONG_HEADERS);
            }
        }
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Head.refused(Refusals.malformed("the server does not know this version of HTTP"));
        }
        if (headers.getAll(HttpHeaderNames.HOST).size() > 1) {
            return Head.refused(Refusals.malformed("there are two hosts"));
        }
        Optional<org.apache.pekko.http.javadsl.model.HttpMethod> method =
                HttpMethods.lookup(head.method().name());
        if (method.isEmpty()) {
            return Head.refused(Refusals.UNKNOWN_METHOD);
        }
        try {
            return new Head(null, (HttpMethod) method.get(), RequestTarget.parse(head.uri()), contentType(headers));
        } catch (RuntimeException e) {
            // Of several kinds, all of Pekko HTTP's parsers.
            return Head.refused(Refusals.malformed("the address or the type of the request cannot be read"));
        }
    }

    private static Iterable<Map.Entry<CharSequence, CharSequence>> iterable(HttpHeaders headers) {
        return headers::iteratorCharSequence;
    }

    private static ContentType contentType(HttpHeaders headers) {
        String text = headers.get(HttpHeaderNames.CONTENT_TYPE);
        if (text == null) {
            return ContentTypes.NO_CONTENT_TYPE;
        }
        ContentType known = TYPES.get(text);
        if (known == null) {
            known = ContentTypes.parse(text);
            if (TYPES.size() < MOST_TYPES) {
                TYPES.put(text, known);
            }
        }
        return known;
    }

    /** @param read one that is not refused */
    org.apache.pekko.http.javadsl.model.HttpRequest request(
            HttpRequest head, Head read, RequestEntity entity, boolean http2, ClientConnection client) {
        List<HttpHeader> headers = new ArrayList<>(head.headers().size());
        boolean socket = head.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        for (Map.Entry<CharSequence, CharSequence> header : iterable(head.headers())) {
            String name = header.getKey().toString();
            if (!isOfTheBody(name) && !name.startsWith("x-http2-")) {
                headers.add(
                        (HttpHeader) RawHeader.create(name, header.getValue().toString()));
            }
        }
        HttpProtocol protocol = http2
                ? HttpProtocols$.MODULE$.HTTP$div2$u002E0()
                : head.protocolVersion().equals(HttpVersion.HTTP_1_0)
                        ? HttpProtocols$.MODULE$.HTTP$div1$u002E0()
                        : HttpProtocols$.MODULE$.HTTP$div1$u002E1();
        var request = new org.apache.pekko.http.scaladsl.model.HttpRequest(
                read.method(),
                read.uri(),
                CollectionConverters.asScala(headers).toList(),
                client.attributes(),
                // Pekko HTTP makes no HEAD or TRACE with a body; nobody would read it.
                (org.apache.pekko.http.scaladsl.model.RequestEntity)
                        (read.method().isEntityAccepted() ? entity : HttpEntities.EMPTY),
                protocol);
        return socket && !http2 ? withSocket(request, headers) : request;
    }

    private static boolean isOfTheBody(String name) {
        return HttpHeaderNames.CONTENT_TYPE.contentEqualsIgnoreCase(name)
                || HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
                || HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name);
    }

    /** Pekko HTTP knows WebSockets: what their handshake says, and their frames. */
    private org.apache.pekko.http.javadsl.model.HttpRequest withSocket(
            org.apache.pekko.http.scaladsl.model.HttpRequest request, List<HttpHeader> raw) {
        List<HttpHeader> modeled = raw.stream()
                .map(header -> (HttpHeader)
                        org.apache.pekko.http.javadsl.model.HttpHeader.parse(header.name(), header.value()))
                .toList();
        UpgradeToWebSocketLowLevel upgrade = Handshake.Server$.MODULE$.websocketUpgrade(
                CollectionConverters.asScala(modeled).toList(), true, sockets, system.log());
        org.apache.pekko.http.javadsl.model.HttpRequest plain = request;
        return upgrade == null ? plain : plain.addAttribute(AttributeKeys.webSocketUpgrade, upgrade);
    }
}
