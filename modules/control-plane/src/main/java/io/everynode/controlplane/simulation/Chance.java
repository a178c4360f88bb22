package io.everynode.controlplane.simulation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The run's only source of randomness, and how bad its faults are: some seeds are calm, some are harsh, so that
 * different things go wrong.
 */
final class Chance {

    /** What becomes of a persist. */
    enum Persist {
        STORED,
        /** Stored, but the entity does not learn of it and starts again. */
        ANSWER_LOST,
        /** Nothing is stored. */
        FAILED
    }

    private static final int MOST_HARSH = 6;

    private final SplittableRandom random;
    private final int harshness;
    private boolean faults = true;

    Chance(long seed) {
        random = new SplittableRandom(seed);
        harshness = random.nextInt(MOST_HARSH + 1);
    }

    void noMoreFaults() {
        faults = false;
    }

    boolean faulty() {
        return faults;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long between(long least, long most) {
        return least + random.nextLong(most - least + 1);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    String uid() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** Whether something goes wrong now; the rate is for the harshest runs. */
    boolean fault(int perMille) {
        return faults && random.nextInt(1000 * MOST_HARSH) < perMille * harshness;
    }

    /** How long a message takes. Most are quick, some slow enough to be overtaken or late. */
    long messageDelay() {
        return fault(120) ? between(500, 15_000) : fault(300) ? between(20, 800) : between(0, 5);
    }

    /** How long the journal takes for a transaction. */
    long writeDelay() {
        return fault(60) ? between(50, 3_000) : between(0, 4);
    }

    /** How long a JVM's catalog stays behind. */
    long catalogDelay() {
        return fault(40) ? between(1_000, 12_000) : fault(250) ? between(50, 900) : between(1, 15);
    }

    Persist persist() {
        return fault(25) ? (random.nextBoolean() ? Persist.ANSWER_LOST : Persist.FAILED) : Persist.STORED;
    }
}
