package io.everynode.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SightTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Progress progress = new Progress(new PrintWriter(new StringWriter()));
    private final Sight sight = new Sight();
    private int seen;

    @Test
    void theTimeIsThatOfTheChangeThatFulfilledEachCondition() throws Exception {
        sight.expect(() -> seen = 0, 5, () -> seen >= 1, () -> seen >= 3);
        Thread teller = new Thread(() -> {
            for (int at = 11; at <= 14; at++) {
                sight.tell(() -> seen++, at);
            }
        });
        teller.start();
        assertThat(sight.await(LONG, () -> "", progress)).containsExactly(11, 13);
        teller.join();
    }

    @Test
    void whatIsSoAlreadyIsMetAtOnce() throws Exception {
        sight.expect(() -> seen = 9, 5, () -> seen >= 1);
        assertThat(sight.await(LONG, () -> "", progress)).containsExactly(5);
    }

    @Test
    void aFailureEndsWaiting() {
        sight.expect(() -> {}, 5, () -> false);
        sight.fail(new IOException("first"));
        sight.fail(new IOException("second"));
        assertThatThrownBy(() -> sight.await(LONG, () -> "", progress)).hasMessage("first");
    }

    @Test
    void whoWaitsTooLongIsToldWhereItStands() {
        sight.expect(() -> {}, 5, () -> false);
        assertThatThrownBy(() -> sight.await(Duration.ZERO, () -> "3 of 7", progress))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("3 of 7");
    }
}
