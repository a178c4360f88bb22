package io.everynode.objects.decode;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTextTest {

    @ParameterizedTest
    @CsvSource({
        "100m, 100m",
        "0.5, 500m",
        "1000m, 1",
        "1500m, 1500m",
        "1500, 1500",
        "100000, 100k",
        "1024Mi, 1Gi",
        "1.5Gi, 1536Mi",
        "200Mi, 200Mi",
        "0.5Ki, 512",
        "1024, 1024",
        "0, 0",
        "0Mi, 0",
        "-2Ki, -2Ki",
        "1e3, 1e3",
        "12E6, 12e6",
        "1E, 1E",
        "1n, 1n",
        "0.1n, 1n",
        "+5, 5",
        ".5, 500m",
        "5., 5",
        "100E, 9223372036854775807",
        "1e999, 9223372036854775807",
    })
    void textsBecomeCanonical(String text, String canonical) {
        assertThat(QuantityText.canonical(text)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "1 Gi", "1.2.3", "1KI", "Mi", "1ki", "--1", "1e", ".", "1Mi5"})
    void othersAreRefused(String text) {
        assertThat(QuantityText.canonical(text)).isEmpty();
    }

    @Property(tries = 300)
    void theCanonicalFormIsStable(
            @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long number, @ForAll @IntRange(max = 16) int suffix) {
        String[] suffixes = {
            "", "n", "u", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "e3", "E-3", ".5", ".25M"
        };
        String once = QuantityText.canonical(number + suffixes[suffix]).orElseThrow();
        assertThat(QuantityText.canonical(once)).contains(once);
    }
}
