package io.everynode.apiserver;

import io.everynode.core.fairness.RequestClass;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The right of one request to be worked on. It is given back once, when the answer is there; an answer that has to be
 * made while it is sent keeps it until it is made, or its client has taken too long. Thread-safe.
 */
final class Seat {

    /** Of requests that need none. */
    static final Seat NONE = new Seat(null, 0, () -> {}, Duration.ZERO);

    private static final AttributeKey<Seat> KEY = AttributeKey.create("everynode.seat", Seat.class);

    private final RequestClass of;
    private final int userWatches;
    private final Runnable leaving;
    private final Duration longest;
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile boolean kept;

    /**
     * @param of null when users are not told apart
     * @param userWatches how many watches the user may have open
     * @param leaving is run once
     * @param longest how long an answer may keep the seat
     */
    Seat(RequestClass of, int userWatches, Runnable leaving, Duration longest) {
        this.of = of;
        this.userWatches = userWatches;
        this.leaving = leaving;
        this.longest = longest;
    }

    /** That which a call carries; {@link #NONE} for others. */
    static Seat of(Call call) {
        return call.request().getAttribute(KEY).orElse(NONE);
    }

    /** The call, by which handlers get at the seat where it matters to them: not with a request for one object. */
    Call carriedBy(Call call) {
        String path = call.request().getUri().path();
        boolean open = StreamingSubresource.isOne(path) || path.endsWith("/" + PodLogHandler.SUBRESOURCE);
        if (of == null || !of.broad() && !open) {
            return call;
        }
        return new Call(
                call.request().addAttribute(KEY, this),
                call.id(),
                call.query(),
                call.user(),
                call.caller(),
                call.received(),
                call.sender(),
                call.credential());
    }

    /** Whose it is; empty when users are not told apart. */
    Optional<RequestClass> requestClass() {
        return Optional.ofNullable(of);
    }

    int userWatches() {
        return userWatches;
    }

    /** Gives it back, if that was not done. */
    void leave() {
        if (this != NONE && left.compareAndSet(false, true)) {
            leaving.run();
        }
    }

    /** The answer is there, or there is none. */
    void answered(boolean failed) {
        if (failed || !kept) {
            leave();
        } else if (!left.get()) {
            CompletableFuture.delayedExecutor(longest.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::leave);
        }
    }

    /** The seat is kept until these were all taken. */
    <T> Iterator<T> until(Iterator<T> objects) {
        if (this == NONE) {
            return objects;
        }
        kept = true;
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                boolean more = objects.hasNext();
                if (!more) {
                    leave();
                }
                return more;
            }

            @Override
            public T next() {
                return objects.next();
            }
        };
    }

    /** The seat is kept until these are made, or nobody wants them any more. */
    <T> Source<T, NotUsed> during(Source<T, NotUsed> pieces) {
        if (this == NONE) {
            return pieces;
        }
        kept = true;
        return pieces.watchTermination((made, end) -> {
            end.whenComplete((done, failure) -> leave());
            return made;
        });
    }
}
