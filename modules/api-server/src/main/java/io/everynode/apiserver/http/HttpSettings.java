package io.everynode.apiserver.http;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * What a port grants its clients.
 *
 * @param headTimeout until a head is whole, or a new connection says anything
 * @param idleTimeout of a connection on which nothing goes either way
 * @param maxConnections further ones wait to be accepted
 * @param backlog of connections that wait to be accepted
 * @param maxUri characters; a longer one is refused with 414
 * @param maxHeaderValue characters; a longer one is refused with 431, as are more than twice that in all
 * @param maxHeaders of one request
 * @param maxStreams of one HTTP/2 connection at a time
 * @param pingInterval an HTTP/2 connection that was silent for so long is asked whether its client is there
 */
public record HttpSettings(
        Duration headTimeout,
        Duration idleTimeout,
        int maxConnections,
        int backlog,
        int maxUri,
        int maxHeaderValue,
        int maxHeaders,
        int maxStreams,
        Duration pingInterval) {

    /** @param http {@code everynode.api-server.http} */
    public static HttpSettings of(Config http, Duration headTimeout) {
        return new HttpSettings(
                headTimeout,
                http.getDuration("idle-timeout"),
                http.getInt("max-connections"),
                http.getInt("backlog"),
                Math.toIntExact(http.getBytes("parsing.max-uri-length")),
                Math.toIntExact(http.getBytes("parsing.max-header-value-length")),
                http.getInt("parsing.max-header-count"),
                http.getInt("http2.max-concurrent-streams"),
                http.getDuration("http2.ping-interval"));
    }
}
