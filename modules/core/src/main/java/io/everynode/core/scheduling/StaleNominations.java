package io.everynode.core.scheduling;

import io.everynode.core.node.Nomination;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Nominations that nodes keep and the scheduler knows no Pod for: the word that a Pod does not come was lost, or was
 * never said by a scheduler that is gone. Nobody else frees that room. They are looked for on nodes that changed while
 * somebody waits, and withdrawn when they are still there at the next look, since the node of a Pod that is just being
 * bound takes its nomination away by itself. Mutable, for one thread.
 */
final class StaleNominations {

    private final Holds holds;
    private final TreeSet<String> touched = new TreeSet<>();
    private final TreeSet<String> suspected = new TreeSet<>();

    StaleNominations(Holds holds) {
        this.holds = holds;
    }

    /** Something may be kept on this node, and somebody waits for room. */
    void touched(String node) {
        touched.add(node);
    }

    /** To be called once the scheduler has read all that was touched. */
    void look(SchedulerView view) {
        for (String node : touched) {
            if (stale(view, node).isEmpty()) {
                suspected.remove(node);
            } else {
                suspected.add(node);
            }
        }
        touched.clear();
    }

    /** Whether {@link #withdrawals} is to be called after a while. */
    boolean suspected() {
        return !suspected.isEmpty();
    }

    /** What the nodes suspected are to be told; again and again until it shows. */
    List<SchedulerStep> withdrawals(SchedulerView view) {
        List<SchedulerStep> steps = new ArrayList<>();
        for (String node : List.copyOf(suspected)) {
            List<SchedulerStep> there = stale(view, node);
            if (there.isEmpty()) {
                suspected.remove(node);
            }
            steps.addAll(there);
        }
        return steps;
    }

    private List<SchedulerStep> stale(SchedulerView view, String node) {
        List<SchedulerStep> steps = new ArrayList<>();
        for (Nomination nomination : view.node(node).nominations().values()) {
            Holds.Hold hold = holds.of(nomination.podUid());
            if (hold == null || !hold.node().equals(node)) {
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
