package io.everynode.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "0.12345, 0.123", "1.2345, 1.23", "12.345, 12.3", "123.45, 123", "'1234567', '1,234,567'"})
    void threeDigitsAreShown(double value, String shown) {
        assertThat(Numbers.shown(value)).isEqualTo(shown);
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        assertThat(Numbers.shown(null)).isEqualTo("–");
    }
}
