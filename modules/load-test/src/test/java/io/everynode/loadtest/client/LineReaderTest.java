package io.everynode.loadtest.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 1_000_000})
    void linesComeWholeHoweverTheyArrive(int atOnce) throws IOException {
        String large = "x".repeat(200_000);
        byte[] bytes = ("a\n\nbc\n" + large + "\n\nd\ncut").getBytes(StandardCharsets.UTF_8);
        LineReader reader = new LineReader(slowly(bytes, atOnce));
        assertThat(text(reader)).isEqualTo("a");
        assertThat(text(reader)).isEqualTo("bc");
        assertThat(text(reader)).isEqualTo(large);
        assertThat(text(reader)).isEqualTo("d");
        assertThat(reader.next()).isNull();
    }

    @Test
    void nothingHasNoLines() throws IOException {
        assertThat(new LineReader(InputStream.nullInputStream()).next()).isNull();
    }

    private static String text(LineReader reader) throws IOException {
        return new String(reader.next(), StandardCharsets.UTF_8);
    }

    private static InputStream slowly(byte[] bytes, int atOnce) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, atOnce));
            }
        };
    }
}
