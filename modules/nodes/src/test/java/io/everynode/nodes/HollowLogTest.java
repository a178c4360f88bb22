package io.everynode.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HollowLogTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static HollowLog log(Instant end) {
        return new HollowLog(
                new HollowRun("hollow://a", START, end, end == null ? 0 : 1), "main", "registry.example/main:1");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 99, 100, 450, 2_000, 2_999, 61_000, 86_400_000, 31_536_000_000L})
    void theLinesByATimeAreThoseWrittenUntilThen(long millis) {
        for (Instant end : new Instant[] {null, START.plusMillis(millis / 2)}) {
            HollowLog log = log(end);
            Instant now = START.plusMillis(millis);
            long lines = log.linesBy(now);
            assertThat(lines).isPositive();
            assertThat(log.timeOf(lines - 1)).isBeforeOrEqualTo(now);
            assertThat(end == null ? log.timeOf(lines) : now.plusMillis(1)).isAfter(now);
        }
    }

    @Test
    void linesAreInOrderAndFoundByTheirTime() {
        HollowLog log = log(START.plusSeconds(100));
        Instant now = START.plusSeconds(200);
        List<Instant> times = new ArrayList<>();
        for (long line = 0; line < log.linesBy(now); line++) {
            times.add(log.timeOf(line));
            assertThat(log.firstSince(log.timeOf(line), now)).isEqualTo(line);
            assertThat(log.firstSince(log.timeOf(line).plusNanos(1), now)).isEqualTo(line + 1);
        }
        assertThat(times).isSorted().doesNotHaveDuplicates().endsWith(START.plusSeconds(100));
        assertThat(times.size()).isGreaterThan(40);
    }

    @Test
    void nothingIsWrittenBeforeTheStartAndOneLastLineAtTheEnd() {
        assertThat(log(null).linesBy(START.minusSeconds(1))).isZero();
        HollowLog crashed = log(START.plusSeconds(1));
        assertThat(crashed.linesBy(START.plus(Duration.ofDays(1)))).isEqualTo(6);
        assertThat(crashed.text(5, false)).isEqualTo("level=fatal msg=\"hollow crash\" code=1\n");
        assertThat(crashed.text(0, true))
                .isEqualTo("2026-01-01T00:00:00.000000000Z level=info msg=\"starting\" container=main"
                        + " image=registry.example/main:1\n");
    }

    @Test
    void everybodyReadsTheSameAndEachRunWritesItsOwn() {
        HollowLog other = new HollowLog(new HollowRun("hollow://b", START, null, 0), "main", "registry.example/main:1");
        String mine = "";
        String again = "";
        String others = "";
        for (long line = 0; line < 50; line++) {
            mine += log(null).text(line, true);
            again += log(null).text(line, true);
            others += other.text(line, true);
        }
        assertThat(mine).isEqualTo(again).isNotEqualTo(others);
    }
}
