package io.everynode.loadtest.times;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SpreadsTest {

    @Test
    void theSpreadIsThatOfWhatWasRecorded() {
        Spreads spreads = new Spreads();
        for (int millis = 1; millis <= 1000; millis++) {
            spreads.record("x", millis * 1_000_000L);
        }
        spreads.record("below", -5);
        Spread spread = spreads.all().get("x");
        assertThat(spread.count()).isEqualTo(1000);
        assertThat(spread.p50()).isCloseTo(500, within(0.5));
        assertThat(spread.p99()).isCloseTo(990, within(1.0));
        assertThat(spread.max()).isCloseTo(1000, within(1.0));
        assertThat(spreads.all().get("below").max()).isZero();
    }

    @Test
    void aCallBelongsToThePhaseInWhichItWasSent() throws InterruptedException {
        AtomicLong now = new AtomicLong();
        CallBook book = new CallBook(now::get);
        CallTimes.Call before = book.begins("POST nodes");
        book.begin();
        CallTimes.Call one = book.begins("PATCH pods/status");
        CallTimes.Call two = book.begins("PATCH pods/status");
        CallTimes.Call late = book.begins("POST nodes");
        now.set(1_000_000);
        before.ended(false);
        one.ended(false);
        two.ended(true);
        Thread answer = new Thread(() -> late.ended(false));
        answer.start();
        assertThat(book.end(Duration.ofSeconds(30)))
                .containsOnlyKeys("PATCH pods/status", "POST nodes")
                .containsEntry("PATCH pods/status", new CallBook.Figures(new Spread(2, 1, 1, 1), 1))
                .containsEntry("POST nodes", new CallBook.Figures(new Spread(1, 1, 1, 1), 0));
        answer.join();
    }

    @Test
    void whatIsNotAnsweredInTimeIsLeftOut() throws InterruptedException {
        CallBook book = new CallBook(() -> 0);
        CallTimes.Call silent = book.begins("POST nodes");
        assertThat(book.end(Duration.ofMillis(1))).isEmpty();
        silent.ended(true);
        assertThat(book.end(Duration.ZERO)).isEmpty();
    }
}
