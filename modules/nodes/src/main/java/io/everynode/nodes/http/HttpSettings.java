package io.everynode.nodes.http;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a fleet speaks HTTP; {@code everynode.hollow-nodes.http} in the configuration.
 *
 * @param connections for requests to one address, besides its two watches and a probe; further requests wait
 * @param probeInterval an address that has said nothing for so long is asked whether it is there
 * @param probeTimeout an address that does not answer that for so long is lost: what was sent there goes elsewhere
 * @param listPage objects in one page of a list
 * @param watchTimeout watches are begun anew after about so long
 * @param retryAfter first delay after a failed list or watch; doubled up to {@code maxRetryAfter}
 */
public record HttpSettings(
        int connections,
        Duration probeInterval,
        Duration probeTimeout,
        int listPage,
        Duration watchTimeout,
        Duration retryAfter,
        Duration maxRetryAfter) {

    /** @throws IllegalArgumentException when a number is out of its range */
    public HttpSettings {
        if (connections < 1 || listPage < 1) {
            throw new IllegalArgumentException(
                    "everynode.hollow-nodes.http.connections and list-page must be at least 1");
        }
        if (probeInterval.toMillis() < 1 || probeTimeout.toMillis() < 1 || watchTimeout.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "everynode.hollow-nodes.http: intervals and timeouts must be longer than nothing");
        }
    }

    public static HttpSettings of(Config config) {
        Config nodes = config.getConfig("everynode.hollow-nodes");
        Config own = nodes.getConfig("http");
        return new HttpSettings(
                own.getInt("connections"),
                own.getDuration("probe-interval"),
                own.getDuration("probe-timeout"),
                own.getInt("list-page"),
                own.getDuration("watch-timeout"),
                nodes.getDuration("retry-after"),
                nodes.getDuration("max-retry-after"));
    }

    /** Delay before the try after so many failures, not less than the server asks for. */
    Duration backOff(int failures, Duration asked) {
        long doubled = retryAfter.toMillis() << Math.min(failures, 10);
        return Duration.ofMillis(Math.min(Math.max(doubled, asked.toMillis()), maxRetryAfter.toMillis()));
    }
}
