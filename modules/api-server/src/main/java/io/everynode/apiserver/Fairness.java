package io.everynode.apiserver;

import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.fairness.Level;
import io.everynode.core.fairness.RequestClass;
import io.everynode.objects.ApiStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Has requests wait for each other by whose they are and how much work they may be, so that none of one level ever
 * waits for one of another, and lists and the beginnings of watches are waited for by their like only (docs/adr/0062).
 * Thread-safe.
 */
final class Fairness {

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final Set<String> PROBES = Set.of("healthz", "livez", "readyz");
    private static final CompletableFuture<Seat> NONE = CompletableFuture.completedFuture(Seat.NONE);

    private final FairnessSettings settings;
    private final InFlightLimits unfair;
    private final Map<Level, Lane> single = new EnumMap<>(Level.class);
    private final Map<Level, Lane> lists = new EnumMap<>(Level.class);

    /** @param unfair what bounds requests when the settings turn fairness off */
    Fairness(FairnessSettings settings, InFlightLimits unfair) {
        this.settings = settings;
        this.unfair = unfair;
        settings.levels().forEach((level, own) -> {
            single.put(level, new Lane(own.single(), settings.queueWait()));
            lists.put(level, new Lane(own.lists(), settings.queueWait()));
        });
    }

    /**
     * Asked when it is known who sends a request, and before any work is done for it.
     *
     * @param segments of the path, decoded
     * @return complete when the request is seated at once; fails with an {@link ApiFailure} after too long a wait
     * @throws ApiFailure with 429 when it may not wait
     */
    CompletableFuture<Seat> enter(Call call, List<String> segments) {
        if (!segments.isEmpty() && PROBES.contains(segments.get(0))) {
            return NONE;
        }
        AccessRequest request =
                RequestInfo.of(call.user(), call.request().method().value(), segments, call.query());
        if (!settings.on()) {
            return CompletableFuture.completedFuture(
                    new Seat(null, 0, unfair.enter(call, request), settings.listHold()));
        }
        RequestClass of = RequestClass.of(request, call.address());
        Lane lane = (of.broad() ? lists : single).get(of.level());
        int watches = settings.levels().get(of.level()).userWatches();
        Seat seat = new Seat(of, watches, () -> lane.leave(of.user()), settings.listHold());
        CompletableFuture<Void> turn;
        try {
            turn = lane.enter(of.user());
        } catch (Lane.Refused e) {
            throw refusal(of, e);
        }
        return turn.isDone() && !turn.isCompletedExceptionally()
                ? CompletableFuture.completedFuture(seat)
                : turn.handle((seated, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause instanceof Lane.Refused refused) {
                        throw refusal(of, refused);
                    }
                    return seat;
                });
    }

    private ApiFailure refusal(RequestClass of, Lane.Refused refused) {
        String requests = (of.broad() ? "lists and watches of " : "requests of ")
                + of.level().label();
        String why = switch (refused.why()) {
            case FULL -> "too many " + requests + " are waiting";
            case USER_FULL -> "too many of your " + requests + " are waiting";
            case WAITED -> "the request has waited " + settings.queueWait().toMillis() + " ms for other " + requests;
        };
        return new ApiFailure(
                ApiStatus.tooManyRequests("Too many requests, please try again later: " + why, RETRY_AFTER_SECONDS));
    }

    /** How many that wait for seats are told of: requests for one object, or lists. */
    Lane.Figures figures(Level level, boolean broad) {
        return (broad ? lists : single).get(level).figures();
    }
}
