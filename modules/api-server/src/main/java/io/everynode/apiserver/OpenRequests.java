package io.everynode.apiserver;

import io.everynode.controlplane.ControlPlane;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The requests that are not answered yet, so that a server that stops can wait for them a little, and then answers the
 * rest with 503 rather than cut them off. Thread-safe.
 */
final class OpenRequests {

    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();

    /** @param answer is completed from here at the end of a stop */
    void add(CompletableFuture<?> answer) {
        open.add(answer);
        answer.whenComplete((done, failure) -> open.remove(answer));
    }

    int count() {
        return open.size();
    }

    /** Completes when those that are open now have been answered, by themselves or after the time is over with 503. */
    CompletionStage<Void> drain(long millis) {
        CompletableFuture<?>[] rest = open.toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(rest)
                .handle((done, failure) -> (Void) null)
                .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
                .thenAccept(over -> {
                    for (CompletableFuture<?> one : rest) {
                        one.completeExceptionally(new ControlPlane.Unavailable("the server is stopping"));
                    }
                });
    }
}
