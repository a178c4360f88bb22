package io.everynode.controlplane.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Makes plain futures of those that Pekko's ask gives. Each stage that is hung onto one of Pekko's runs in the common
 * pool, and where that has one thread only, as on two processors, in a new thread each: three threads for each write.
 */
final class Answers {

    private Answers() {}

    /** Its stages run on the thread that brings the answer, an actor's; they must be short, or be async. */
    static <T> CompletableFuture<T> plain(CompletionStage<T> asked) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        asked.whenCompleteAsync(
                (value, failure) -> {
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                },
                Runnable::run);
        return answer;
    }
}
