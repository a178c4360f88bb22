package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the requests that are being worked on, those that only read and those that write apart from each other
 * (apiserver/pkg/server/filters/maxinflight.go). Watches, followed logs and streams to containers are not counted: they
 * have a bound of their own; neither are probes of health, which must tell of a server that is busy from one that is
 * gone. A list counts until its answer begins; its sending costs little memory and is held up by the client alone.
 * Thread-safe.
 */
final class InFlightLimits {

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final Set<String> PROBES = Set.of("healthz", "livez", "readyz");
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
     * @return to be run once, when its answer is there
     * @throws ApiFailure with 429 when too many are under way
     */
    Runnable enter(Call call) {
        String path = call.request().getUri().path();
        String first = path.substring(Math.min(1, path.length())).split("/", 2)[0];
        if (PROBES.contains(first)) {
            return NOTHING;
        }
        return switch (call.request().method().value()) {
            case "GET", "HEAD", "OPTIONS" -> isLongRunning(call, path) ? NOTHING : reading.enter();
            default -> StreamingSubresource.isOne(path) ? NOTHING : writing.enter();
        };
    }

    private static boolean isLongRunning(Call call, String path) {
        return call.query().flag("watch")
                || call.query().flag("follow") && path.endsWith("/log")
                || DeprecatedWatchPath.isOne(path)
                || StreamingSubresource.isOne(path);
    }
}
