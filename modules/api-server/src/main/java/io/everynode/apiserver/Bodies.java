package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;

/** Reads request bodies, within their limits. */
final class Bodies {

    /** A client that sends its body more slowly is not waited for. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ActorSystem<?> system;
    private final long maxBytes;

    Bodies(ActorSystem<?> system, long maxBytes) {
        this.system = system;
        this.maxBytes = maxBytes;
    }

    /** Fails with an {@link ApiFailure}: 413 when the body is too large, 408 when it comes too slowly, 400 when it is broken. */
    CompletionStage<byte[]> read(Call call) {
        return call.request()
                .entity()
                .withSizeLimit(maxBytes)
                .toStrict(TIMEOUT.toMillis(), maxBytes, system)
                .handle((strict, failure) -> {
                    if (failure == null) {
                        return bytes(strict);
                    }
                    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
                    throw new ApiFailure(status(cause));
                });
    }

    private static byte[] bytes(HttpEntity.Strict strict) {
        return strict.getData().toArray();
    }

    private ApiStatus status(Throwable cause) {
        if (cause instanceof EntityStreamSizeException) {
            return ApiStatus.requestTooLarge("the request body is too large; at most " + maxBytes + " bytes are taken");
        }
        if (cause instanceof TimeoutException) {
            return new ApiStatus(408, "Timeout", "the request body did not arrive in time", null);
        }
        if (cause instanceof EntityStreamException) {
            return ApiStatus.badRequest("the request body is broken");
        }
        return ApiStatus.badRequest("the request body could not be read");
    }
}
