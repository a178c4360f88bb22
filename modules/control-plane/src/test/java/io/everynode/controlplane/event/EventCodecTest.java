package io.everynode.controlplane.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Guards what stands in journals: the golden file has the bytes of one example of each event type. To add a type, run
 * with -Deverynode.golden=write and look at the difference: existing lines must not change.
 */
class EventCodecTest {

    private static final Path GOLDEN = Path.of("src/test/resources/io/everynode/controlplane/event/golden-events.txt");

    static Stream<Event> examples() {
        return EventExamples.all().stream();
    }

    private static Recorded<Event> recorded(Event event) {
        return new Recorded<>(
                new EventMeta(
                        1_700_000_000_123L,
                        new io.everynode.core.event.Caller("admin", "kubectl/v1.35.0"),
                        "c-1",
                        "request 42",
                        "because",
                        77,
                        2),
                event);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void readsBackWhatItWrote(Event event) {
        Recorded<Event> recorded = recorded(event);
        byte[] bytes = EventCodec.encode(recorded);
        assertThat(EventCodec.decode(EventTypes.of(event).manifest(), bytes)).isEqualTo(recorded);
        assertThat(EventCodec.following(bytes)).isEqualTo(2);
    }

    @Test
    void everyTypeHasAnExampleAndItsOwnManifest() {
        assertThat(examples().map(Event::getClass).distinct().count())
                .isEqualTo(EventTypes.all().size());
        assertThat(EventTypes.all().stream()
                        .map(EventTypes.EventType::manifest)
                        .distinct()
                        .count())
                .isEqualTo(EventTypes.all().size());
    }

    @Test
    void bytesInJournalsNeverChange() throws IOException {
        TreeMap<String, String> lines = new TreeMap<>();
        for (Event event : EventExamples.all()) {
            lines.put(EventTypes.of(event).manifest(), HexFormat.of().formatHex(EventCodec.encode(recorded(event))));
        }
        List<String> now = lines.entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .toList();
        if ("write".equals(System.getProperty("everynode.golden"))) {
            Files.createDirectories(GOLDEN.getParent());
            Files.write(GOLDEN, now, StandardCharsets.UTF_8);
        }
        assertThat(now).isEqualTo(Files.readAllLines(GOLDEN, StandardCharsets.UTF_8));
    }

    @Test
    void goldenBytesAreStillRead() throws IOException {
        for (String line : Files.readAllLines(GOLDEN, StandardCharsets.UTF_8)) {
            String[] parts = line.split(" ");
            Event expected = EventExamples.all().stream()
                    .filter(e -> EventTypes.of(e).manifest().equals(parts[0]))
                    .findFirst()
                    .orElseThrow();
            assertThat(EventCodec.decode(parts[0], HexFormat.of().parseHex(parts[1])))
                    .isEqualTo(recorded(expected));
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        byte[] bytes = EventCodec.encode(recorded(EventExamples.all().get(0)));
        assertThatThrownBy(() -> EventCodec.decode("node.stored/2", bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node.stored/2");
        assertThatThrownBy(() -> EventCodec.decode("node.stored/1", new byte[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
