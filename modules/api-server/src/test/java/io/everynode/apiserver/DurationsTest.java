package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "'',        PT0S",
        "0,         PT0S",
        "32s,       PT32S",
        "1m30s,     PT1M30S",
        "1.5h,      PT1H30M",
        "250ms,     PT0.25S",
        "3us,       PT0.000003S",
        "999999999h, PT8760H",
    })
    void reads(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "1", "-1s", "1s ", "s", "1d", "9999999999s", "1s1s1s1s1s1s1s"})
    void refuses(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(ApiFailure.class);
    }
}
