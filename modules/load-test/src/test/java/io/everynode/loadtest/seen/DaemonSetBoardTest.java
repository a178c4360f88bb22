package io.everynode.loadtest.seen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonSetBoardTest {

    @ParameterizedTest
    // observed, desired, current, updated, ready, available, misscheduled
    @CsvSource({
        "3, 5, 5, 5, 5, 5, 0, true",
        "2, 5, 5, 5, 5, 5, 0, false",
        "3, 4, 5, 5, 5, 5, 0, false",
        "3, 5, 4, 5, 5, 5, 0, false",
        "3, 5, 5, 4, 5, 5, 0, false",
        "3, 5, 5, 5, 4, 5, 0, false",
        "3, 5, 5, 5, 5, 4, 0, false",
        "3, 5, 5, 5, 5, 5, 1, false"
    })
    void theStatusMustSayItOfTheNewestGeneration(
            int observed,
            int desired,
            int current,
            int updated,
            int ready,
            int available,
            int misscheduled,
            boolean met) {
        DaemonSetBoard board = new DaemonSetBoard("ds");
        String status = String.format(
                "{\"observedGeneration\":%d,\"desiredNumberScheduled\":%d,\"currentNumberScheduled\":%d,"
                        + "\"updatedNumberScheduled\":%d,\"numberReady\":%d,\"numberAvailable\":%d,"
                        + "\"numberMisscheduled\":%d}",
                observed, desired, current, updated, ready, available, misscheduled);
        board.event(event("MODIFIED", "ds", "1", status));
        assertThat(board.meets(Goal.ready(5, "1"))).isEqualTo(met);
        assertThat(board.meets(Goal.ready(5, "2"))).as("another template").isFalse();
        assertThat(board.meets(Goal.nothing())).isFalse();
    }

    @Test
    void itIsGoneWhenTheWatchSaysSo() {
        DaemonSetBoard board = new DaemonSetBoard("ds");
        assertThat(board.meets(Goal.ready(0, ""))).as("not there yet").isFalse();
        board.event(event("ADDED", "ds", "", "{}"));
        assertThat(board.uid()).isEqualTo("uid-ds");
        board.event(event("DELETED", "other", "", "{}"));
        assertThat(board.meets(Goal.nothing())).isFalse();
        board.event(event("DELETED", "ds", "", "{}"));
        assertThat(board.meets(Goal.nothing())).isTrue();
    }

    private static JsonNode event(String type, String name, String mark, String status) {
        return Json.parse(String.format(
                        "{\"type\":\"%s\",\"object\":{\"metadata\":{\"name\":\"%s\",\"uid\":\"uid-%s\",\"generation\":3},"
                                + "\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"everynode.io/load-test\":\"%s\"}}}},"
                                + "\"status\":%s}}",
                        type, name, name, mark, status)
                .getBytes(StandardCharsets.UTF_8));
    }
}
