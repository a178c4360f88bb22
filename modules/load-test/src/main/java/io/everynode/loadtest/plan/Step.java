package io.everynode.loadtest.plan;

import io.everynode.loadtest.client.ApiCall;
import io.everynode.loadtest.seen.Goal;
import java.util.List;

/**
 * One phase, made out: what is sent and what is waited for. Immutable.
 *
 * @param count Pods it is about
 * @param calls sent at the same time, as far as connections allow
 */
public record Step(Phase phase, int count, List<ApiCall> calls, Goal goal) {

    public Step {
        calls = List.copyOf(calls);
    }
}
