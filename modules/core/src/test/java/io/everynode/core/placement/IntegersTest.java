package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntegersTest {

    @Property
    void readsWhatJavaWrites(@ForAll long number) {
        assertThat(Integers.valid(Long.toString(number))).isTrue();
        assertThat(Integers.parse(Long.toString(number))).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+7", "007", "7"})
    void readsSignsAndLeadingZeros(String text) {
        assertThat(Integers.valid(text)).isTrue();
        assertThat(Integers.parse(text)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                " 1",
                "1 ",
                "1_000",
                "0x1",
                "1.0",
                "1e3",
                "٣",
                "--1",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999"
            })
    void refusesOtherTexts(String text) {
        assertThat(Integers.valid(text)).isFalse();
    }
}
