package io.everynode.objects.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanDurationTest {

    @ParameterizedTest
    @CsvSource({
        "PT-1H, <invalid>",
        "PT-2S, <invalid>",
        "PT-1.999S, 0s",
        "PT-1S, 0s",
        "PT0S, 0s",
        "PT0.999S, 0s",
        "PT119S, 119s",
        "PT2M, 2m",
        "PT2M1S, 2m1s",
        "PT9M59S, 9m59s",
        "PT10M59S, 10m",
        "PT179M59S, 179m",
        "PT3H, 3h",
        "PT7H59M59S, 7h59m",
        "PT8H59M, 8h",
        "PT47H59M, 47h",
        "PT48H, 2d",
        "PT49H, 2d1h",
        "PT191H, 7d23h",
        "PT192H, 8d",
        "PT200H, 8d",
        "P729D, 729d",
        "P730D, 2y",
        "P731D, 2y1d",
        "P2919D, 7y364d",
        "P2920D, 8y",
        "P5000D, 13y",
        "P30000000000D, 82191780y"
    })
    void isWrittenWithTwoUnitsAtMost(Duration duration, String text) {
        assertThat(HumanDuration.text(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 5m",
        "2026-01-01T02:00:00+02:00, 5m",
        "2026-01-01T00:04:58.500000Z, 1s",
        "'', <unknown>",
        "yesterday, <unknown>",
        "+999999999-12-31T23:59:59Z, <invalid>"
    })
    void countsFromATime(String time, String text) {
        assertThat(HumanDuration.since(time, Instant.parse("2026-01-01T00:05:00Z")))
                .isEqualTo(text);
    }
}
