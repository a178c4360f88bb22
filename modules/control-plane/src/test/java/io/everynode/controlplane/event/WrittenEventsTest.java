package io.everynode.controlplane.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.event.Caller;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import org.junit.jupiter.api.Test;

class WrittenEventsTest {

    private static final EventMeta META = new EventMeta(1, new Caller("u", "c"), "id", "cause", "reason", 0, 0);

    @Test
    void givesEachEventOnceAndToEqualBytesAndTypeAlone() {
        WrittenEvents written = new WrittenEvents();
        for (Event event : EventExamples.all()) {
            Recorded<Event> recorded = new Recorded<>(META, event);
            String manifest = EventTypes.of(event).manifest();
            byte[] bytes = EventCodec.packed(recorded);
            written.put(bytes, recorded);
            byte[] other = bytes.clone();
            other[other.length - 1]++;
            assertThat(written.take(manifest, other)).isNull();
            assertThat(written.take("another/1", bytes)).isNull();
            assertThat(written.take(manifest, bytes.clone())).isSameAs(recorded);
            assertThat(written.take(manifest, bytes)).isNull();
            assertThat(EventCodec.decode(manifest, bytes))
                    .as("it is what would be decoded")
                    .isEqualTo(recorded);
        }
    }

    @Test
    void theLastOfOnePlaceIsKept() {
        WrittenEvents written = new WrittenEvents();
        byte[] bytes = {1, 2, 3};
        Event event = EventExamples.all().get(0);
        Recorded<Event> first = new Recorded<>(META, event);
        Recorded<Event> second = new Recorded<>(META, event);
        written.put(bytes, first);
        written.put(bytes, second);
        assertThat(written.take(EventTypes.of(event).manifest(), bytes)).isSameAs(second);
    }
}
