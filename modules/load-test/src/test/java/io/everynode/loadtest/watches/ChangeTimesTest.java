package io.everynode.loadtest.watches;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChangeTimesTest {

    @Test
    void numberAndVersionAreFoundInAnEvent() {
        byte[] event = ("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"resourceVersion\":\"123456789012\"},"
                        + Sequence.patch(4711, "12-34").substring(1) + "}")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(Sequence.number(event)).isEqualTo(4711);
        assertThat(Sequence.version(event)).isEqualTo(123_456_789_012L);
        assertThat(Sequence.number("{}".getBytes(StandardCharsets.UTF_8))).isEqualTo(-1);
    }

    @Test
    void theFirstEventOfAChangeCountsAndThoseOfAnEarlierMeasurementDoNot() {
        ChangeTimes times = new ChangeTimes(10, 2);
        times.sent(10, 1_000);
        times.answered(10, 5_000);
        times.seen(10, 77, 4_000);
        times.seen(10, 78, 9_000);
        times.seenByNode(10, 6_000);
        times.seen(9, 70, 500);
        times.seen(12, 79, 500);
        times.sent(11, 2_000);
        times.refused();
        JsonNode millis = times.spreads(Map.of(77L, 3_000L));
        assertThat(millis.at("/sentToAnswered/p50").asDouble()).isBetween(3.99, 4.01);
        assertThat(millis.at("/sentToSeen/max").asDouble()).isBetween(2.99, 3.01);
        assertThat(millis.at("/committedToSeen/p99").asDouble()).isBetween(0.99, 1.01);
        assertThat(millis.at("/committedToSeenByNode/p99").asDouble()).isBetween(2.99, 3.01);
        assertThat(millis.at("/sentToSeen/count").asInt()).isEqualTo(1);
        assertThat(times.told()).containsExactly(1, 1);
        assertThat(times.firstVersion()).isEqualTo(77);
        assertThat(times.refusals()).isEqualTo(1);
    }
}
