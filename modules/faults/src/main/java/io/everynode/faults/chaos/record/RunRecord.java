package io.everynode.faults.chaos.record;

import java.util.List;

/** All that clients and watchers saw in a run, or until now; what the checks judge. Immutable. */
public record RunRecord(
        List<Op> ops, List<Stretch> stretches, List<Listing> listings, List<Claim> claims, List<FaultSpan> faults) {
    public RunRecord {
        ops = List.copyOf(ops);
        stretches = List.copyOf(stretches);
        listings = List.copyOf(listings);
        claims = List.copyOf(claims);
        faults = List.copyOf(faults);
    }
}
