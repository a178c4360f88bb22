package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/** Reads request bodies, within their limits. */
final class Bodies {

    /**
     * A body that is too large is read on, without being kept, up to so many times the limit: an answer sent while the
     * client still writes would be lost, with HTTP/2 always, with HTTP/1.1 sometimes. Beyond, the connection is cut.
     */
    private static final int DRAINED = 4;

    /** @param kept empty once the size is above the limit */
    private record Received(ByteString kept, long size) {}

    /** To decode one of this size takes no longer than to hand it to another thread. */
    private static final int SMALL = 4 * 1024;

    private final ActorSystem<?> system;
    private final long maxBytes;
    private final Duration timeout;

    /** @param timeout a client that sends its body more slowly is not waited for */
    Bodies(ActorSystem<?> system, long maxBytes, Duration timeout) {
        this.system = system;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
    }

    /**
     * Reads the body, and does what comes next with it: on the executor, so that a connection's stream is not held up;
     * at once with a small one that is there already.
     */
    <T> CompletionStage<T> then(Call call, Function<byte[], CompletionStage<T>> next, Executor executor) {
        boolean small = call.request().entity() instanceof HttpEntity.Strict strict
                && strict.getData().size() <= SMALL;
        CompletionStage<byte[]> body = read(call);
        return small ? body.thenCompose(next) : body.thenComposeAsync(next, executor);
    }

    /**
     * Fails with an {@link ApiFailure}: 413 when the body is too large, 408 when it comes too slowly, 400 when it is
     * broken.
     */
    CompletionStage<byte[]> read(Call call) {
        if (call.request().entity() instanceof HttpEntity.Strict strict) {
            return strict.getData().size() > maxBytes
                    ? CompletableFuture.failedFuture(new ApiFailure(tooLarge()))
                    : CompletableFuture.completedFuture(strict.getData().toArray());
        }
        return call.request()
                .entity()
                .withSizeLimit(maxBytes * DRAINED)
                .getDataBytes()
                .completionTimeout(timeout)
                .runWith(Sink.fold(new Received(ByteString.emptyByteString(), 0), this::add), system)
                .handle((received, failure) -> {
                    if (failure != null) {
                        throw new ApiFailure(status(failure));
                    }
                    if (received.size() > maxBytes) {
                        throw new ApiFailure(tooLarge());
                    }
                    return received.kept().toArray();
                });
    }

    private Received add(Received received, ByteString piece) {
        long size = received.size() + piece.size();
        return new Received(
                size > maxBytes ? ByteString.emptyByteString() : received.kept().concat(piece), size);
    }

    private ApiStatus tooLarge() {
        return ApiStatus.requestTooLarge("Request entity too large: limit is " + maxBytes);
    }

    private ApiStatus status(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof EntityStreamSizeException) {
            return tooLarge();
        }
        if (cause instanceof TimeoutException) {
            return new ApiStatus(408, "Timeout", "the request body did not arrive in time", null);
        }
        return ApiStatus.badRequest("the request body is broken");
    }
}
