package io.everynode.apiserver;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.core.fairness.FairSeats.Limits;
import io.everynode.core.fairness.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Settings below {@code everynode.api-server.fairness}.
 *
 * @param on false for two bounds that all requests share
 * @param queueWait a request that has waited so long is refused
 * @param listHold an answer with many objects gives its seat back after so long, sent or not
 * @param levels the bounds of each
 */
record FairnessSettings(boolean on, Duration queueWait, Duration listHold, Map<Level, OfLevel> levels) {

    /**
     * Bounds of one level.
     *
     * @param single of requests for one object, and writes
     * @param lists of requests that may read many objects, until these are sent
     * @param userWatches open watches, followed logs and streams of one user
     */
    record OfLevel(Limits single, Limits lists, int userWatches) {}

    static FairnessSettings of(Config apiServer) {
        Config own = apiServer.getConfig("fairness");
        Map<Level, OfLevel> levels = new EnumMap<>(Level.class);
        for (Level level : Level.values()) {
            levels.put(level, level(own.getConfig("levels." + level.label())));
        }
        Duration queueWait = own.getDuration("queue-wait");
        if (queueWait.compareTo(apiServer.getDuration("request-deadline")) >= 0) {
            throw new ConfigException.BadValue(
                    own.origin(),
                    "everynode.api-server.fairness.queue-wait",
                    "must be below everynode.api-server.request-deadline");
        }
        return new FairnessSettings(
                own.getBoolean("enabled"), queueWait, own.getDuration("list-hold"), Map.copyOf(levels));
    }

    private static OfLevel level(Config own) {
        int queue = bound(own, "queue");
        int userQueue = bound(own, "user-queue");
        return new OfLevel(
                new Limits(bound(own, "seats"), bound(own, "user-seats"), queue, userQueue),
                new Limits(bound(own, "list-seats"), bound(own, "user-list-seats"), queue, userQueue),
                bound(own, "user-watches"));
    }

    private static int bound(Config own, String name) {
        int value = own.getInt(name);
        if (value < 0) {
            throw new ConfigException.BadValue(own.getValue(name).origin(), name, "must not be negative");
        }
        return value;
    }
}
