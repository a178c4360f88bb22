package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.core.event.Caller;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Events that clients post are removed when nothing of them was heard for a while, as upstream's Events leave etcd (the
 * flag --event-ttl of kube-apiserver). Those of the control plane itself are a view and bounded by their number.
 */
final class EventExpiryDuty implements Duty<ObjectAddress> {

    private static final Caller CALLER = Caller.controller("event-expiry");

    /** Events end together at multiples of this, so that they are removed in batches. */
    private static final long GRID_MILLIS = 10_000;

    /** What may tell when an Event was heard last, in core/v1. */
    private static final List<String[]> TIMES = List.of(
            new String[] {"metadata", "creationTimestamp"},
            new String[] {"lastTimestamp"},
            new String[] {"eventTime"},
            new String[] {"series", "lastObservedTime"});

    private final Duration life;

    EventExpiryDuty(Duration life) {
        if (life.isNegative() || life.isZero()) {
            throw new IllegalArgumentException("everynode.control-plane.event-ttl must be more than 0, not " + life);
        }
        this.life = life;
    }

    @Override
    public Collection<ObjectAddress> everything(CatalogVersion version) {
        List<ObjectAddress> found = new ArrayList<>();
        for (StoredObject event : version.list(Kinds.EVENT, "")) {
            if (!EntityIds.isView(event)) {
                found.add(address(event));
            }
        }
        return found;
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<ObjectAddress> keys) {
        if (change.object().kind().equals(Kinds.EVENT)
                && change.type() != Change.Type.REMOVED
                && !EntityIds.isView(change.object())) {
            keys.accept(address(change.object()));
        }
    }

    private static ObjectAddress address(StoredObject event) {
        return new ObjectAddress(Kinds.EVENT, event.namespace(), event.name());
    }

    @Override
    public Todo decide(CatalogVersion version, ObjectAddress key, Instant now) {
        StoredObject event =
                version.get(Kinds.EVENT, key.namespace(), key.name()).orElse(null);
        if (event == null || EntityIds.isView(event) || event.terminating()) {
            return Todo.NOTHING;
        }
        Instant end = heard(event.tree(), now).plus(life);
        if (!end.isAfter(now)) {
            return Todo.of(List.of(CleanupWrites.delete(event, null, CALLER, now)));
        }
        long millis = end.toEpochMilli();
        long grid = Math.min(GRID_MILLIS, life.toMillis());
        return new Todo(List.of(), Duration.ofMillis(millis + grid - millis % grid - now.toEpochMilli()));
    }

    /** The latest time that is not ahead of the clock: what a client writes must not keep an Event for ever. */
    private static Instant heard(JsonNode event, Instant now) {
        Instant latest = Instant.EPOCH;
        for (String[] path : TIMES) {
            Instant time = time(Json.text(event, path));
            if (time.isAfter(latest) && !time.isAfter(now)) {
                latest = time;
            }
        }
        // A clock that went back: the Event is as if it were new.
        return latest.equals(Instant.EPOCH) ? now : latest;
    }

    private static Instant time(String text) {
        try {
            return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
