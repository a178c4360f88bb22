package io.everynode.faults.chaos.record;

import io.everynode.faults.chaos.plan.Fault;

/** When a fault was really there, in nanoseconds of the run; {@code end} is {@link Long#MAX_VALUE} while it lasts. */
public record FaultSpan(Fault fault, long start, long end) {
    public boolean overlaps(long from, long until) {
        return start <= until && from <= end;
    }
}
