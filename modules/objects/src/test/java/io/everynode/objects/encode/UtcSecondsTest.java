package io.everynode.objects.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcSecondsTest {

    /** From the year 0 to the end of 9999. */
    @Property(tries = 2000)
    void readsWhatTheGeneralParserReads(
            @ForAll @LongRange(min = -62_167_219_200L, max = 253_402_300_799L) long second) {
        assertThat(UtcSeconds.of(Instant.ofEpochSecond(second).toString())).isEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-22T04:35:14.5Z",
                "2026-11-22T04:35:14+00:00",
                "2026-11-22 04:35:14Z",
                "2026-13-22T04:35:14Z",
                "2026-02-29T04:35:14Z",
                "1900-02-29T04:35:14Z",
                "2026-04-31T04:35:14Z",
                "2026-11-22T24:35:14Z",
                "2026-11-22T04:60:14Z",
                "2026-11-22T04:35:60Z",
                "2026-11-2xT04:35:14Z"
            })
    void leavesTheRestToIt(String text) {
        assertThat(UtcSeconds.of(text)).isEqualTo(UtcSeconds.OTHER);
    }
}
