package io.everynode.controlplane.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fresh seeds, seeds that once found a defect, and planted faults that must be found. */
class SimulationTest {

    /** Other ones at each run; what they find, finds {@code everynode simulate --seed} again. */
    private static final int SEEDS = 25;

    private static final int STEPS = 2_000;

    /**
     * Each fault is found within so many of the seeds 1, 2, 3 …, by the check that it offends; most within a handful.
     */
    private static final int SEEDS_PER_FAULT = 300;

    private static void assertClean(long seed, int steps) {
        Simulation.Result result = Simulation.run(seed, steps, null);
        if (result.failure() != null) {
            fail(result.failure().report(seed, steps));
        }
    }

    @Test
    void freshSeedsAreClean() {
        long first = ThreadLocalRandom.current().nextLong(1_000_000_000);
        System.out.println("simulation: seeds " + first + " to " + (first + SEEDS - 1));
        LongStream.range(first, first + SEEDS).parallel().forEach(seed -> assertClean(seed, STEPS));
    }

    /**
     * When they were found, the generator was another one; a change of it gives each seed another run. 73, 1512: a
     * release overtook the question, and a node kept room for nobody. 78, 203: a grant to add a Pod became one to take
     * a Pod when the strategy changed. 1575: a late message ended a Pod as not available after its minReadySeconds had
     * passed. 3000481: a former owner made a DaemonSet after the new owner had read its empty journal.
     */
    @ParameterizedTest
    @ValueSource(longs = {73, 78, 203, 1512, 1575, 3000481})
    void seedsThatFoundDefectsAreClean(long seed) {
        assertClean(seed, STEPS);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        List<String> once = new ArrayList<>();
        List<String> again = new ArrayList<>();
        Simulation.run(5, 500, once::add);
        Simulation.run(5, 500, again::add);
        assertThat(again).isEqualTo(once).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @EnumSource
    void findsPlantedFaults(PlantedFault fault) {
        Simulation.Result found = LongStream.rangeClosed(1, SEEDS_PER_FAULT)
                .parallel()
                .mapToObj(seed -> fault.run(seed, STEPS))
                .filter(fault::isFoundBy)
                .findAny()
                .orElse(null);
        assertThat(found).as("%s is found", fault).isNotNull();
        System.out.println("simulation: " + fault + " found by seed " + found.seed() + ", step "
                + found.failure().step() + ": " + found.failure().invariant() + " "
                + found.failure().message());
    }
}
