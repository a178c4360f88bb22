package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.fairness.FairSeats.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneTest {

    /** Some wait too long just when their turn comes; no seat is lost by that, and none is there twice. */
    @Test
    void seatsAreNeitherLostNorDoubled() throws InterruptedException {
        Lane lane = new Lane(new Limits(3, 2, 50, 20), Duration.ofMillis(1));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger seated = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            String user = "u" + t % 4;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 2_000; i++) {
                    try {
                        lane.enter(user).join();
                    } catch (Lane.Refused | CompletionException e) {
                        refused.incrementAndGet();
                        continue;
                    }
                    seated.incrementAndGet();
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    if (i % 10 == 0) {
                        long until = System.nanoTime() + 300_000;
                        while (System.nanoTime() < until) {
                            Thread.onSpinWait();
                        }
                    }
                    inside.decrementAndGet();
                    lane.leave(user);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Lane.Figures figures = lane.figures();
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(seated.get() + refused.get()).isEqualTo(16_000);
        assertThat(figures.seatedAtOnce() + figures.seatedLater()).isEqualTo(seated.get());
        assertThat(figures.refused().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(refused.get());
        assertThat(figures.seated()).isZero();
        assertThat(figures.waiting()).isZero();
    }
}
