package io.everynode.controlplane.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.core.object.JsonBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

class StateCodecTest {

    enum Colour {
        RED,
        GREEN
    }

    record Inner(String name, Long maybe) {}

    record Everything(
            String text,
            String none,
            long large,
            long negative,
            int small,
            boolean yes,
            Integer boxed,
            Colour colour,
            JsonBytes bytes,
            PMap<String, Inner> sorted,
            PMap<String, Long> hashed,
            Map<String, String> ordered,
            List<Inner> list,
            Set<String> set,
            Inner inner,
            Inner missing) {}

    record WithClass(Object what) {}

    private static byte[] write(Everything... all) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (StateOutput out = new StateOutput(bytes)) {
            for (Everything one : all) {
                StateCodec.of(Everything.class).write(out, one);
            }
        }
        return bytes.toByteArray();
    }

    private static Everything everything(String text, int size) {
        byte[] payload = new byte[size];
        Arrays.fill(payload, (byte) 'x');
        Map<String, String> ordered = new LinkedHashMap<>();
        ordered.put("z", "1");
        ordered.put("a", "2");
        return new Everything(
                text,
                null,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                -1,
                true,
                7,
                Colour.GREEN,
                new JsonBytes(payload),
                TreePMap.singleton("a", new Inner("ü€😀", null)),
                HashTreePMap.singleton("b", -5L),
                Collections.unmodifiableMap(ordered),
                List.of(new Inner("one", 1L), new Inner("two", 2L)),
                Set.of("s"),
                new Inner("", 0L),
                null);
    }

    @Test
    void everyComponentComesBack() throws IOException {
        // Texts longer than what is shared, bytes longer than the buffers, and the same texts again.
        Everything[] all = {
            everything("short", 10),
            everything("x".repeat(300), 200_000),
            everything("short", 65_530),
            everything("", 0)
        };
        StateInput in = new StateInput(new ByteArrayInputStream(write(all)));
        for (Everything one : all) {
            Everything read = StateCodec.of(Everything.class).read(in);
            assertThat(read).isEqualTo(one);
            assertThat(DeepText.of(read)).isEqualTo(DeepText.of(one));
            assertThat(read.ordered().keySet()).containsExactly("z", "a");
        }
    }

    @Test
    void textsThatWereWrittenOnceAreOneInstance() throws IOException {
        StateInput in =
                new StateInput(new ByteArrayInputStream(write(everything("shared", 1), everything("shared", 1))));
        String first = StateCodec.of(Everything.class).read(in).text();
        assertThat(StateCodec.of(Everything.class).read(in).text()).isSameAs(first);
    }

    @Test
    void aTypeThatCannotBeWrittenIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateCodec.of(WithClass.class))
                .withMessageContaining("java.lang.Object");
    }

    @Test
    void bytesThatEndEarlyAreAnIoException() throws IOException {
        byte[] whole = write(everything("text", 100));
        for (int length = 0; length < whole.length; length++) {
            StateInput in = new StateInput(new ByteArrayInputStream(whole, 0, length));
            assertThatThrownBy(() -> StateCodec.of(Everything.class).read(in)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void damagedBytesAreAnIoExceptionOrOtherValuesAndNothingElse() throws IOException {
        byte[] whole = write(everything("text", 100));
        Random random = new Random(44);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            try {
                assertThat(StateCodec.of(Everything.class).read(new StateInput(new ByteArrayInputStream(damaged))))
                        .isNotNull();
            } catch (IOException expected) {
                assertThat(expected).hasMessageNotContaining("OutOfMemory");
            }
        }
        assertThat(new String(whole, StandardCharsets.UTF_8)).contains("text");
    }
}
