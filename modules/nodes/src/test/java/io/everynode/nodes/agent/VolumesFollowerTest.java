package io.everynode.nodes.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumesFollowerTest {

    @ParameterizedTest(name = "told {0}, read {1}, told before that {2}: {3}")
    @CsvSource({
        "5, 5, , false",
        "6, 5, , true",
        "5, 6, , false",
        // Longer numbers are greater, whatever their first digit.
        "10, 9, , true",
        "'', '', , false",
        // It was deleted after it was read, or made before that was told.
        "'', 7, 7, true",
        "'', 7, '', false",
        // It was made after it was looked for, or its end is yet to be told.
        "8, '', '', true",
        "8, '', , true",
        "8, '', 8, false"
    })
    void newsIsWhatWasNotRead(String told, String read, String toldBefore, boolean news) {
        assertThat(VolumesFollower.isNewer(told, read, toldBefore)).isEqualTo(news);
    }
}
