package io.everynode.core.scheduling;

import io.everynode.core.placement.FitProblem;
import io.everynode.core.placement.NodeFit;
import io.everynode.core.placement.PodRequirements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which waiting Pods a change may help. Asked of the changed nodes only, and once for Pods with equal wishes. A Pod is
 * tried again when
 *
 * <ul>
 *   <li>a changed node has room for it now, or Pods elsewhere that were in its way changed;
 *   <li>without a nomination: a changed node would have room if all Pods of lower priority there ended;
 *   <li>with one: its node changed, and what leaves there will not be enough any more.
 * </ul>
 *
 * Part of the {@link Scheduler}, for its thread.
 */
final class Wakeups {

    private final Room room;
    private final Holds holds;
    private final TopologyIndex index;

    Wakeups(Room room, Holds holds, TopologyIndex index) {
        this.room = room;
        this.holds = holds;
        this.index = index;
    }

    /** @param heldOtherwise nodes where other room is held than before */
    List<PodFacts> woken(
            SchedulerView view,
            List<NodeTable.Changed> changed,
            Set<String> heldOtherwise,
            List<PodQueue.Waiting> waiting) {
        boolean sameNodes = changed.stream().allMatch(NodeTable.Changed::sameFacts);
        List<NodeView> there = new ArrayList<>();
        List<NodeView> roomier = new ArrayList<>();
        Map<String, NodeTable.Changed> byName = new HashMap<>();
        for (NodeTable.Changed one : changed) {
            byName.put(one.name(), one);
            if (one.now() != null) {
                there.add(one.now());
                if (one.mayHelp() || heldOtherwise.contains(one.name())) {
                    roomier.add(one.now());
                }
            }
        }
        Map<PodRequirements, Boolean> now = new HashMap<>();
        Map<PodRequirements, Boolean> atMost = new HashMap<>();
        List<PodFacts> woken = new ArrayList<>();
        for (PodQueue.Waiting one : waiting) {
            PodFacts pod = one.pod();
            PodRequirements wish = pod.requirements();
            Holds.Hold hold = holds.of(pod.uid());
            boolean others = one.help() != null
                    && (!sameNodes || one.stamp() != one.help().stamp(index));
            if (others
                    || now.computeIfAbsent(wish, any -> fitsNow(wish, roomier))
                    || hold == null && pod.preempts() && atMost.computeIfAbsent(wish, any -> mayFit(view, wish, there))
                    || hold != null && byName.containsKey(hold.node()) && lost(view, pod, byName.get(hold.node()))) {
                woken.add(pod);
            }
        }
        return woken;
    }

    private boolean fitsNow(PodRequirements wish, List<NodeView> roomier) {
        return roomier.stream().anyMatch(node -> Room.fits(room.now(node, "", wish.priority()), wish));
    }

    /** Whether ending Pods of lower priority might help on one of the nodes. */
    private boolean mayFit(SchedulerView view, PodRequirements wish, List<NodeView> nodes) {
        for (NodeView node : nodes) {
            NodeView now = room.now(node, "", wish.priority());
            List<FitProblem> problems = NodeFit.check(now.node(), now.requested(), now.pods(), now.usedPorts(), wish);
            if (!problems.isEmpty()
                    && NodeFit.removalHelps(now.node(), wish, problems)
                    && Room.fits(room.atMost(view, now, wish.priority(), ""), wish)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the nominated node has room now, or will not have it soon. */
    private boolean lost(SchedulerView view, PodFacts pod, NodeTable.Changed nominated) {
        if (nominated.now() == null) {
            return true;
        }
        NodeView now = room.now(nominated.now(), pod.uid(), pod.priority());
        return Room.fits(now, pod.requirements())
                || !Room.fits(room.soon(view, now, pod.priority(), ""), pod.requirements());
    }
}
