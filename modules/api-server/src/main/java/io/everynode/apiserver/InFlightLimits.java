package io.everynode.apiserver;

import io.everynode.core.authorization.AccessRequest;
import io.everynode.objects.ApiStatus;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is left without {@link Fairness}: bounds the requests that are being worked on, those that only read and those
 * that write apart from each other, whoever sends them (apiserver/pkg/server/filters/maxinflight.go). Watches, followed
 * logs and streams to containers are not counted: they have a bound of their own. A list counts until its answer
 * begins; its sending costs little memory and is held up by the client alone. Thread-safe.
 */
final class InFlightLimits {

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final Runnable NOTHING = () -> {};

    private final Lane reading;
    private final Lane writing;

    InFlightLimits(int readOnly, int mutating) {
        this.reading = new Lane(readOnly);
        this.writing = new Lane(mutating);
    }

    private record Lane(int limit, AtomicInteger count) {

        Lane(int limit) {
            this(limit, new AtomicInteger());
        }

        Runnable enter() {
            if (count.incrementAndGet() > limit) {
                count.decrementAndGet();
                throw new ApiFailure(
                        ApiStatus.tooManyRequests("Too many requests, please try again later.", RETRY_AFTER_SECONDS));
            }
            return count::decrementAndGet;
        }
    }

    /**
     * Counts a request.
     *
     * @param request the same, read
     * @return to be run once, when its answer is there
     * @throws ApiFailure with 429 when too many are under way
     */
    Runnable enter(Call call, AccessRequest request) {
        String path = call.request().getUri().path();
        return switch (call.request().method().value()) {
            case "GET", "HEAD", "OPTIONS" -> isLongRunning(call, request, path) ? NOTHING : reading.enter();
            default -> StreamingSubresource.isOne(path) ? NOTHING : writing.enter();
        };
    }

    /** By what the request does: a parameter that means nothing to it exempts none. */
    private static boolean isLongRunning(Call call, AccessRequest request, String path) {
        return request.verb().equals("watch")
                || call.query().flag("follow") && path.endsWith("/log")
                || StreamingSubresource.isOne(path);
    }
}
