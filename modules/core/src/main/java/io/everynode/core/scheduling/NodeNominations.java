package io.everynode.core.scheduling;

import io.everynode.core.node.NodeState;
import io.everynode.core.node.Nomination;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps what nodes have journaled of nominations as the scheduler holds it. Words to nodes may be lost, may never have
 * been said by a scheduler that is gone, and nodes forget: a nomination too many keeps room from everybody, one too few
 * lets daemon Pods of lower priority take what others ended for. Nodes that changed while somebody waits are compared,
 * and told again when they still differ at the next look, since most differences are words under way. Mutable, for one
 * thread.
 */
final class NodeNominations {

    private final Holds holds;
    private final PlacedPods placed;
    private final TreeSet<String> touched = new TreeSet<>();
    private final TreeSet<String> suspected = new TreeSet<>();

    NodeNominations(Holds holds, PlacedPods placed) {
        this.holds = holds;
        this.placed = placed;
    }

    /** Something may be kept on this node, or should be, and somebody waits for room. */
    void touched(String node) {
        touched.add(node);
    }

    /** To be called once the scheduler has read all that was touched. */
    void look(SchedulerView view) {
        for (String node : touched) {
            if (differences(view, node).isEmpty()) {
                suspected.remove(node);
            } else {
                suspected.add(node);
            }
        }
        touched.clear();
    }

    /** Whether {@link #corrections} is to be called after a while. */
    boolean suspected() {
        return !suspected.isEmpty();
    }

    /** What the nodes suspected are to be told; again and again until it shows. */
    List<SchedulerStep> corrections(SchedulerView view) {
        List<SchedulerStep> steps = new ArrayList<>();
        for (String node : List.copyOf(suspected)) {
            List<SchedulerStep> there = differences(view, node);
            if (there.isEmpty()) {
                suspected.remove(node);
            }
            steps.addAll(there);
        }
        return steps;
    }

    private List<SchedulerStep> differences(SchedulerView view, String node) {
        NodeState state = view.node(node);
        List<SchedulerStep> steps = new ArrayList<>();
        Set<String> coming = new HashSet<>();
        for (Holds.Hold hold : holds.on(node)) {
            coming.add(hold.uid());
            if (state.exists() && !state.nominations().containsKey(hold.uid())) {
                steps.add(hold.told(true));
            }
        }
        if (!state.nominations().isEmpty()) {
            // The node of a Pod that is being bound takes its nomination away by itself.
            placed.on(node).forEach(pod -> coming.add(pod.uid()));
        }
        for (Nomination nomination : state.nominations().values()) {
            if (!coming.contains(nomination.podUid())) {
                steps.add(new SchedulerStep.Nominate(
                        node,
                        nomination.podUid(),
                        nomination.requests(),
                        nomination.ports(),
                        nomination.priority(),
                        false));
            }
        }
        return steps;
    }
}
