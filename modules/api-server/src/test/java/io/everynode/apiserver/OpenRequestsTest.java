package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.controlplane.ControlPlane;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenRequestsTest {

    private final OpenRequests requests = new OpenRequests();

    private CompletableFuture<String> open() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        requests.add(answer);
        return answer;
    }

    @Test
    void aStopWaitsForWhatIsAnsweredInTime() throws Exception {
        CompletableFuture<String> one = open();
        CompletableFuture<String> other = open();
        CompletableFuture<Void> drained = requests.drain(60_000).toCompletableFuture();
        one.complete("done");
        assertThat(drained).isNotDone();
        other.completeExceptionally(new IllegalStateException());
        drained.get(10, TimeUnit.SECONDS);
        assertThat(one.get()).isEqualTo("done");
        assertThat(requests.count()).isZero();
    }

    @Test
    void whatIsNotIsRefused() throws Exception {
        CompletableFuture<String> silent = open();
        requests.drain(1).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThatThrownBy(silent::get)
                .hasCauseInstanceOf(ControlPlane.Unavailable.class)
                .hasMessageContaining("the server is stopping");
        assertThat(requests.count()).isZero();
    }
}
