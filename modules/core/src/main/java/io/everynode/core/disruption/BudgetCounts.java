package io.everynode.core.disruption;

import io.everynode.core.object.ControllerRef;
import java.util.Map;

/**
 * How many Pods a PodDisruptionBudget selects, by what it asks of them. Immutable.
 *
 * @param selected all of them
 * @param healthy ready and not terminating
 * @param ofDaemonSets controlled by a DaemonSet
 * @param ofOthers controlled by something else
 */
public record BudgetCounts(int selected, int healthy, int ofDaemonSets, int ofOthers) {

    public static final BudgetCounts NONE = new BudgetCounts(0, 0, 0, 0);

    /**
     * What is counted of one Pod.
     *
     * @param ready condition Ready
     * @param terminating its deletion was asked for
     */
    public record Pod(Map<String, String> labels, boolean ready, boolean terminating, ControllerRef controller) {

        boolean healthy() {
            return ready && !terminating;
        }
    }

    /** @param times 1 to count a Pod, -1 to count it no more */
    public BudgetCounts plus(Pod pod, int times) {
        boolean controlled = !pod.controller().uid().isEmpty();
        boolean daemon = pod.controller().kind().equals("DaemonSet");
        return new BudgetCounts(
                selected + times,
                healthy + (pod.healthy() ? times : 0),
                ofDaemonSets + (controlled && daemon ? times : 0),
                ofOthers + (controlled && !daemon ? times : 0));
    }
}
