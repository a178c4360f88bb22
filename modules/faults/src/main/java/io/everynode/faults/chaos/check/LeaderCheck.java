package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Claim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Never two candidates that both hold themselves for the leader. */
final class LeaderCheck {

    private LeaderCheck() {}

    static List<Break> of(List<Claim> claims) {
        List<Break> breaks = new ArrayList<>();
        List<Claim> sorted =
                claims.stream().sorted(Comparator.comparingLong(Claim::from)).toList();
        Claim longest = null;
        for (Claim claim : sorted) {
            if (longest != null
                    && claim.from() < longest.until()
                    && !claim.candidate().equals(longest.candidate())) {
                breaks.add(Break.of("leader", "two leaders at a time", longest, claim));
            }
            if (longest == null || claim.until() > longest.until()) {
                longest = claim;
            }
        }
        return breaks;
    }
}
