package io.everynode.core.scheduling;

import io.everynode.core.placement.FitProblem;
import io.everynode.core.placement.NodeFit;
import io.everynode.core.placement.PodRequirements;
import java.util.List;

/** What a waiting Pod asks of a node alone; the Pods of one owner ask for the same. */
record Wish(PodRequirements requirements, boolean preempts) {

    /** Whether one of these nodes takes the Pod, or is new to it and might once others ended. */
    boolean helpedByAny(List<NodeTable.Changed> changed) {
        for (NodeTable.Changed one : changed) {
            NodeView view = one.now();
            List<FitProblem> problems =
                    NodeFit.check(view.node(), view.requested(), view.pods(), view.usedPorts(), requirements);
            if (problems.isEmpty()
                    || preempts && !one.sameFacts() && NodeFit.removalHelps(view.node(), requirements, problems)) {
                return true;
            }
        }
        return false;
    }
}
