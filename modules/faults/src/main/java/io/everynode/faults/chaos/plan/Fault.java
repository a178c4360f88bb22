package io.everynode.faults.chaos.plan;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One fault of a plan.
 *
 * @param after the wait since the fault before it (of the same round) began or ended, see {@code overlapping}
 * @param lasting how long until it is healed
 * @param targets members by number, from 1; for a one-way cut the sender, then the receiver
 * @param overlapping whether it begins while the one before it lasts; otherwise that one is healed first
 */
public record Fault(FaultKind kind, List<Integer> targets, Duration after, Duration lasting, boolean overlapping) {

    public Fault {
        targets = List.copyOf(targets);
    }

    @Override
    public String toString() {
        String whom = targets.isEmpty() ? "" : " of " + targets;
        return String.format(
                Locale.ROOT,
                "%s%s for %.1f s, %.1f s after the one before %s",
                kind.label(),
                whom,
                lasting.toMillis() / 1000.0,
                after.toMillis() / 1000.0,
                overlapping ? "began" : "was healed");
    }
}
