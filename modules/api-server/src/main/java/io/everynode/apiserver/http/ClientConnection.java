package io.everynode.apiserver.http;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.SslSessionInfo;
import org.apache.pekko.http.scaladsl.model.AttributeKey;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What all requests of one connection have in common.
 *
 * @param place among the connections
 * @param attributes by which a request tells from where it comes, and whose certificate its connection has
 */
record ClientConnection(Connections.Place place, scala.collection.immutable.Map<AttributeKey<?>, Object> attributes) {

    static ClientConnection of(Connections.Place place, InetSocketAddress from, Optional<SSLSession> session) {
        Map<AttributeKey<?>, Object> attributes = new LinkedHashMap<>();
        attributes.put((AttributeKey<?>) AttributeKeys.remoteAddress, RemoteAddress.create(from));
        session.ifPresent(
                tls -> attributes.put((AttributeKey<?>) AttributeKeys.sslSession, SslSessionInfo.create(tls)));
        return new ClientConnection(
                place, scala.collection.immutable.Map.from(CollectionConverters.asScala(attributes)));
    }
}
