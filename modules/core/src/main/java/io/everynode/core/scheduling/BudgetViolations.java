package io.everynode.core.scheduling;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Whose end would take more from a PodDisruptionBudget than it allows (filterPodsWithPDBViolation in
 * plugins/defaultpreemption). Pre-emption avoids it where it can, and is not held back by it. Pure.
 */
final class BudgetViolations {

    private BudgetViolations() {}

    /**
     * UIDs of those that go against a budget when all end.
     *
     * @param lower the most important first: they use up what is allowed
     * @param budgets that select a Pod
     */
    static Set<String> among(List<Victim> lower, Function<PodName, ? extends Collection<PodBudget>> budgets) {
        Map<String, Integer> left = new HashMap<>();
        Set<String> violating = new HashSet<>();
        for (Victim victim : lower) {
            if (victim.terminating()) {
                continue;
            }
            for (PodBudget budget : budgets.apply(victim.pod())) {
                if (!budget.counted()
                        && left.merge(budget.id(), budget.disruptionsAllowed() - 1, (now, any) -> now - 1) < 0) {
                    violating.add(victim.uid());
                }
            }
        }
        return violating;
    }
}
