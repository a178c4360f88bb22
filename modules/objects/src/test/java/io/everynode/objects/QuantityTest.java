package io.everynode.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "+1, 1",
        "-1, -1",
        "1., 1",
        ".5, 0.5",
        "0.5, 0.5",
        "100m, 0.1",
        "1n, 0.000000001",
        "7u, 0.000007",
        "2k, 2000",
        "3M, 3000000",
        "4G, 4000000000",
        "5T, 5000000000000",
        "6P, 6000000000000000",
        "1E, 1000000000000000000",
        "1Ki, 1024",
        "1.5Ki, 1536",
        "200Mi, 209715200",
        "1Gi, 1073741824",
        "1Ti, 1099511627776",
        "1Pi, 1125899906842624",
        "1Ei, 1152921504606846976",
        "1e3, 1000",
        "1E3, 1000",
        "1e+3, 1000",
        "1e-3, 0.001",
        "12.5e1, 125"
    })
    void readsEveryNotation(String text, BigDecimal value) {
        assertThat(Quantity.parse(text)).get().extracting(Quantity::value).matches(v -> v.compareTo(value) == 0, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "many", "1 ", " 1", "1i", "1mi", "1KI", "1K", "1.1.M", "1+1", "--1", ".", ".i", "e3", "1e",
                "1e1.5", "0x10", "1MiB", "NaN", "1,5"
            })
    void refusesWhatIsNone(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
    }

    @Test
    void refusesEndlessTexts() {
        assertThat(Quantity.parse("1".repeat(1_000_000))).isEmpty();
        assertThat(Quantity.parse(null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1e2147483647, 9223372036854775807",
        "1e99999999999999999999, 9223372036854775807",
        "99E, 9223372036854775807",
        "-99E, -9223372036854775807",
        "8Ei, 9223372036854775807"
    })
    void cutsAtTheLargest(String text, long whole) {
        Quantity quantity = Quantity.parse(text).orElseThrow();
        assertThat(quantity.wholeValue()).isEqualTo(whole);
        assertThat(quantity.milliValue()).isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0000000001, 1, 1",
        "1e-999999999999, 1, 1",
        "1500m, 1500, 2",
        "1.0001, 1001, 2",
        "-1500m, -1500, -2",
        "250m, 250, 1",
        "2, 2000, 2"
    })
    void roundsAwayFromZero(String text, long milli, long whole) {
        Quantity quantity = Quantity.parse(text).orElseThrow();
        assertThat(quantity.milliValue()).isEqualTo(milli);
        assertThat(quantity.wholeValue()).isEqualTo(whole);
    }

    @Property(tries = 300)
    void comparesAcrossNotations(@ForAll @LongRange(min = -1_000_000, max = 1_000_000) long amount) {
        Quantity plain = Quantity.parse(Long.toString(amount)).orElseThrow();
        Quantity milli = Quantity.parse(amount * 1000 + "m").orElseThrow();
        Quantity more = Quantity.parse(amount * 1000 + 1 + "m").orElseThrow();
        assertThat(plain).isEqualByComparingTo(milli).isLessThan(more);
        assertThat(plain.milliValue()).isEqualTo(amount * 1000);
    }
}
