package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import scala.concurrent.Promise;
import scala.jdk.javaapi.FutureConverters;

class DirectRepliesTest {

    private final Promise<String> reply = scala.concurrent.Promise$.MODULE$.apply();

    /** As what Pekko's ask returns. */
    private final CompletionStage<String> asked = FutureConverters.asJava(reply.future());

    @Test
    void whatFollowsRunsWhereTheReplyArrives() {
        CompletableFuture<Thread> direct = DirectReplies.of(asked).thenApply(value -> Thread.currentThread());
        reply.success("done");
        assertThat(direct).isCompletedWithValue(Thread.currentThread());
    }

    /** The reason for it: the library's own stage leaves the thread that completes it. */
    @Test
    void theLibrarysStageDoesNot() throws Exception {
        CompletableFuture<Thread> usual =
                asked.thenApply(value -> Thread.currentThread()).toCompletableFuture();
        reply.success("done");
        assertThat(usual.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void aFailureIsItsOwnCause() {
        CompletableFuture<String> direct = DirectReplies.of(asked);
        reply.failure(new TimeoutException("late"));
        assertThatThrownBy(direct::get).hasCauseInstanceOf(TimeoutException.class);
    }
}
