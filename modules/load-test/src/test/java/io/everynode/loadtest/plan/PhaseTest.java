package io.everynode.loadtest.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhaseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create | join create delete",
                "join-one | join create join-one delete",
                "delete,update-10 | join create update-10 delete",
                "rest,join-one | join create rest join-one delete",
                "undo | join create update-100 update-10 undo delete",
                "labels-back | join create update-100 labels-away labels-back delete",
                "labels-away,update-10 | join create update-10 labels-away labels-back delete"
            })
    void aPlanHoldsWhatItsPhasesNeedInOrder(String wanted, String planned) {
        assertThat(Phase.plan(List.of(wanted.split(","))).stream().map(Phase::key))
                .containsExactly(planned.split(" "));
    }

    @Test
    void nothingWantedIsAllButTheRest() {
        assertThat(Phase.plan(List.of())).doesNotContain(Phase.REST).hasSize(Phase.values().length - 1);
    }

    @Test
    void anUnknownPhaseIsRefused() {
        assertThatThrownBy(() -> Phase.plan(List.of("creat")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"creat\"")
                .hasMessageContaining("update-100");
    }
}
