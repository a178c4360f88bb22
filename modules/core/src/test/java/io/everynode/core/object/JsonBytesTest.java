package io.everynode.core.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBytesTest {

    private record Length(int value) {}

    private static JsonBytes bytes(String text) {
        return new JsonBytes(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'ab':1}; true",
                "{'x':{'y':[{'ab':1}]}}; true",
                "{}; false",
                "{'abc':1,'xab':1}; false",
                "{'a':'b','b':'a'}; false",
                "{'x':'ab'}; true",
                "'ab'; true",
                "'a; false"
            })
    void saysNoOnlyWhenNoFieldHasTheName(String text, boolean may) {
        assertThat(bytes(text).mayName("ab")).isEqualTo(may);
    }

    @Test
    void isReadOnce() {
        JsonBytes bytes = bytes("{}");
        Length first = bytes.read(Length.class, b -> new Length(b.utf8().length));
        assertThat(first).isEqualTo(new Length(2));
        assertThat(bytes.read(Length.class, b -> new Length(7))).isSameAs(first);
        assertThat(bytes).isEqualTo(bytes("{}")).hasSameHashCodeAs(bytes("{}"));
    }
}
