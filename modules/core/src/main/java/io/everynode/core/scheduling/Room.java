package io.everynode.core.scheduling;

import io.everynode.core.placement.NodeFit;
import io.everynode.core.placement.PodRequirements;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a node a Pod may count on, in three tenses. Everybody is asked by these, so that who gets a nomination, who
 * loses one and who is tried again can never disagree (ADR 0018):
 *
 * <ul>
 *   <li><b>now</b>: what is there and on its way, and what is held for Pods of the same or a higher priority, is taken;
 *   <li><b>soon</b>: as now, once Pods of lower priority that end, or were asked to, have left;
 *   <li><b>at most</b>: as now, if all Pods of lower priority ended.
 * </ul>
 *
 * <p>Part of the {@link Scheduler}, for its thread.
 */
final class Room {

    private final PlacedPods placed;
    private final TopologyIndex index;
    private final Holds holds;
    private final Victims victims;

    Room(PlacedPods placed, TopologyIndex index, Holds holds, Victims victims) {
        this.placed = placed;
        this.index = index;
        this.holds = holds;
        this.victims = victims;
    }

    /** As far as the node alone decides. */
    static boolean fits(NodeView node, PodRequirements pod) {
        return NodeFit.check(node.node(), node.requested(), node.pods(), node.usedPorts(), pod)
                .isEmpty();
    }

    /** @param uid of the Pod, whose own hold is for itself; "" for a Pod without one */
    NodeView now(NodeView node, String uid, int priority) {
        return holds.seenBy(node, uid, priority);
    }

    /**
     * @param now as {@link #now} gave it
     * @param daemonSetUid of a daemon Pod, which leaves its own kind alone; "" for an ordinary one
     */
    NodeView soon(SchedulerView view, NodeView now, int priority, String daemonSetUid) {
        return without(view, now, priority, daemonSetUid, true);
    }

    /** As {@link #soon}, for all of lower priority. */
    NodeView atMost(SchedulerView view, NodeView now, int priority, String daemonSetUid) {
        return without(view, now, priority, daemonSetUid, false);
    }

    private NodeView without(
            SchedulerView view, NodeView now, int priority, String daemonSetUid, boolean onlyThoseThatLeave) {
        String node = now.node().name();
        NodeView left = now;
        if (Victim.anyBelow(priority, view.node(node), placed.on(node))) {
            for (Victim one : Victim.below(priority, daemonSetUid, view.node(node), placed.on(node), null)) {
                if (!onlyThoseThatLeave || leaves(one)) {
                    left = Preemption.without(left, one);
                }
            }
        }
        return left;
    }

    private boolean leaves(Victim one) {
        return one.terminating() || victims.isAsked(one.uid());
    }

    /** The Pods of lower priority there, the most important first; those that were asked to end count as ending. */
    List<Victim> lower(SchedulerView view, String node, int priority, String daemonSetUid) {
        List<Victim> lower = Victim.below(
                priority,
                daemonSetUid,
                view.node(node),
                placed.on(node),
                index.existing().on(view, node, placed));
        lower.replaceAll(one -> leaves(one) ? one.ending() : one);
        return lower;
    }

    /** Whether there is anybody to end at all; makes nothing, as it is asked for every node. */
    boolean anyLower(SchedulerView view, String node, int priority) {
        return Victim.anyBelow(priority, view.node(node), placed.on(node));
    }

    /** Whether the Pod will fit once those have left that are on their way out; also for the sake of other Pods. */
    boolean comesFree(SchedulerView view, NodeView node, PodFacts pod, CrossNodeFilters others) {
        NodeView left = now(node, pod.uid(), pod.priority());
        List<Victim> leaving = new ArrayList<>();
        for (Victim one : lower(view, node.node().name(), pod.priority(), "")) {
            if (one.terminating()) {
                left = Preemption.without(left, one);
                leaving.add(one);
            }
        }
        return Preemption.fit(pod.requirements(), others).fits(left, Away.of(leaving));
    }
}
