package io.everynode.nodes;

import java.time.Duration;

/**
 * Chance that follows from a seed and a name, not from the order in which things happen: the same fleet behaves the
 * same in every run. Pure.
 *
 * @param share by how much delays vary: 0.2 stands for 80 to 120 %
 */
record Jitter(long seed, double share) {

    /** A number in [0, 1) that belongs to this name. */
    double luck(String name, int turn) {
        long mixed = seed + 0x9E3779B97F4A7C15L * (turn + 1);
        for (int i = 0; i < name.length(); i++) {
            mixed = mix(mixed ^ name.charAt(i));
        }
        return (mixed >>> 11) * 0x1.0p-53;
    }

    Duration of(Duration delay, String name, int turn) {
        double factor = 1 - share + 2 * share * luck(name, turn);
        return Duration.ofNanos((long) (delay.toNanos() * factor));
    }

    /** The finaliser of splitmix64. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
