package io.everynode.objects.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlBodyTest {

    private static String read(String yaml) throws MalformedBodyException {
        return YamlBody.read(yaml.getBytes(StandardCharsets.UTF_8)).root().toString();
    }

    /** As go-yaml v2 resolves plain scalars. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "yes | true",
                "Off | false",
                "'yes' | \"yes\"",
                "!!str 1 | \"1\"",
                "0644 | 420",
                "0o17 | 15",
                "0x1F | 31",
                "-0b11 | -3",
                "1_000 | 1000",
                "1.0 | 1",
                "1.5 | 1.5",
                "1e3 | 1000",
                "1.2.3 | \"1.2.3\"",
                "089 | 89",
                "~ | null",
                "null | null",
                "2001-01-01 | \"2001-01-01\"",
                "- | [null]",
                "-a | \"-a\"",
                "12345678901234567890 | 12345678901234567890",
            })
    void scalarsAreThoseOfGoYaml(String yaml, String json) throws MalformedBodyException {
        assertThat(read(yaml)).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`1: a\ntrue: b` | {\"1\":\"a\",\"true\":\"b\"}",
                "`a: &x {b: 1}\nc: *x` | {\"a\":{\"b\":1},\"c\":{\"b\":1}}",
                "`a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3` | {\"a\":{\"b\":1,\"c\":2},\"d\":{\"b\":3,\"c\":2}}",
                "`---\na: 1\n...` | {\"a\":1}",
                "`# nothing` | null",
            })
    void structuresAreRead(String yaml, String json) throws MalformedBodyException {
        assertThat(read(yaml)).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`a: [1` | line 1",
                "`a: 1\n b: 2` | line 2",
                "`a: *x` | unknown anchor 'x'",
                "`a: &x [*x]` | unknown anchor 'x'",
                "`? [a]\n: b` | a key must be a string",
                "`a: 1\n---\nb: 2` | more than one document",
                "`a: !foo 1` | unknown tag",
                "`<<: 1` | map merge requires",
                "`a: \"\u0001\"` | special characters are not allowed",
            })
    void brokenTextsAreRefused(String yaml, String problem) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(MalformedBodyException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aliasesCannotGrowWithoutLimit() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
        }
        assertThatThrownBy(() -> read(bomb.toString())).hasMessageContaining("excessive aliasing");
    }

    @Test
    void bytesMustBeText() {
        assertThatThrownBy(() -> YamlBody.read(new byte[] {(byte) 0xff, (byte) 0xfe, 'a'}))
                .hasMessageContaining("UTF-8");
    }
}
