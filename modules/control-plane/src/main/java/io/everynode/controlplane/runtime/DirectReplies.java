package io.everynode.controlplane.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import scala.concurrent.ExecutionContext;
import scala.jdk.javaapi.FutureConverters;
import scala.util.Failure;
import scala.util.Try;

/**
 * What follows an entity's reply goes on where the reply arrives. A stage that Pekko hands out runs whatever depends on
 * it, {@code thenApply} as well, on {@link CompletableFuture}'s own executor; on a machine with two processors that is
 * a new thread each time (docs/adr/0045).
 */
final class DirectReplies {

    private DirectReplies() {}

    /**
     * A plain future of the same result. What depends on it runs on the thread that completes it, mostly that of the
     * actor that replies, so it must not wait for anything.
     */
    static <T> CompletableFuture<T> of(CompletionStage<T> asked) {
        CompletableFuture<T> direct = new CompletableFuture<>();
        FutureConverters.asScala(asked)
                .onComplete(
                        result -> {
                            complete(direct, result);
                            return null;
                        },
                        ExecutionContext.parasitic$.MODULE$);
        return direct;
    }

    private static <T> void complete(CompletableFuture<T> direct, Try<T> result) {
        if (result instanceof Failure<T> failed) {
            direct.completeExceptionally(failed.exception());
        } else {
            direct.complete(result.get());
        }
    }
}
