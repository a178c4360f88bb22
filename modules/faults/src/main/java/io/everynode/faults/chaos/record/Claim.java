package io.everynode.faults.chaos.record;

/**
 * A candidate held itself for the leader from the answer that made it so to its deadline for renewal, counted from the
 * begin of its last renewal that succeeded; in nanoseconds of the run.
 */
public record Claim(String candidate, long from, long until) {
    @Override
    public String toString() {
        return candidate + " from " + Op.seconds(from) + " until " + Op.seconds(until);
    }
}
