package io.everynode.faults.chaos.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    @Test
    void theSeedDecidesAll() {
        FaultPlan plan = FaultPlan.draw(7, Duration.ofMinutes(10), ALL, 3);

        assertThat(FaultPlan.draw(7, Duration.ofMinutes(10), ALL, 3)).isEqualTo(plan);
        assertThat(FaultPlan.draw(8, Duration.ofMinutes(10), ALL, 3).rounds()).isNotEqualTo(plan.rounds());
        assertThat(plan.toString()).startsWith("seed 7\nround 1, ");
    }

    @Test
    void faultsAreWithinTheirBounds() {
        LongStream.range(0, 200)
                .boxed()
                .flatMap(seed -> FaultPlan.draw(seed, Duration.ofMinutes(3), ALL, 3).rounds().stream())
                .flatMap(round -> round.faults().stream())
                .forEach(fault -> {
                    assertThat(fault.lasting())
                            .isBetween(
                                    Duration.ofSeconds(fault.kind().leastSeconds()),
                                    Duration.ofSeconds(fault.kind().mostSeconds()));
                    assertThat(fault.targets())
                            .hasSize(fault.kind().targets())
                            .doesNotHaveDuplicates()
                            .allMatch(member -> member >= 1 && member <= 3);
                });
    }

    @Test
    void itTakesAboutAsLongAsAskedFor() {
        for (long seed = 0; seed < 200; seed++) {
            FaultPlan plan = FaultPlan.draw(seed, Duration.ofMinutes(6), ALL, 3);
            Duration total = plan.rounds().stream()
                    .map(round -> round.length().plus(FaultPlan.CALM))
                    .reduce(Duration.ZERO, Duration::plus);
            assertThat(total).isBetween(Duration.ofMinutes(6), Duration.ofMinutes(8));
        }
    }

    @Test
    void eachKindComesBeforeOneComesTwice() {
        List<FaultKind> dealt = FaultPlan.draw(3, Duration.ofMinutes(30), ALL, 3).rounds().stream()
                .flatMap(round -> round.faults().stream())
                .map(Fault::kind)
                .collect(Collectors.toList());

        assertThat(dealt.size()).isGreaterThan(ALL.size());
        assertThat(new HashSet<>(dealt.subList(0, ALL.size()))).isEqualTo(ALL);
    }

    @Test
    void onlyWhatWasAskedFor() {
        Set<FaultKind> asked = Set.of(FaultKind.of("cut-off"), FaultKind.of("database-kill"));

        assertThat(FaultPlan.draw(3, Duration.ofMinutes(5), asked, 3).rounds())
                .flatExtracting(FaultPlan.Round::faults)
                .extracting(Fault::kind)
                .containsOnly(FaultKind.CUT_OFF, FaultKind.DATABASE_KILL);
        assertThatThrownBy(() -> FaultKind.of("earthquake")).hasMessage("no fault is called earthquake");
    }

    @Test
    void anOverlappingFaultBeginsWhileTheOneBeforeLasts() {
        Fault first = new Fault(FaultKind.PAUSE, List.of(1), Duration.ofSeconds(2), Duration.ofSeconds(10), false);
        Fault within = new Fault(FaultKind.KILL, List.of(2), Duration.ofSeconds(3), Duration.ofSeconds(4), true);
        Fault after = new Fault(FaultKind.KILL, List.of(2), Duration.ofSeconds(3), Duration.ofSeconds(4), false);

        assertThat(new FaultPlan.Round(List.of(first, within)).length()).isEqualTo(Duration.ofSeconds(12));
        assertThat(new FaultPlan.Round(List.of(first, within, after)).length()).isEqualTo(Duration.ofSeconds(19));
    }
}
