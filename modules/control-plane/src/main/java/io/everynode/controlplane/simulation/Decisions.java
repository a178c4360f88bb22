package io.everynode.controlplane.simulation;

import io.everynode.core.daemonset.DaemonPodView;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.Converge;
import io.everynode.core.node.NodeState;
import io.everynode.core.node.SpokenGenerations;
import io.everynode.core.pod.PodState;
import io.everynode.core.scheduling.SchedulerStep;
import io.everynode.core.scheduling.SchedulerView;
import java.util.List;

/**
 * What stands between the simulator and the decisions that it drives: nothing, here. Tests plant faults by overriding
 * one method, to show that the simulator finds them.
 */
class Decisions {

    /** The real decisions. */
    static final Decisions REAL = new Decisions();

    /** Whether a Node refuses a message because of another that came before it. */
    boolean overtaken(SpokenGenerations spoken, Converge message) {
        return spoken.overtaken(message);
    }

    /** What a Node's slot decisions are given. */
    NodeState nodeState(NodeState state, Converge message) {
        return state;
    }

    /** What a Node's answer to an ordinary Pod is decided from. */
    NodeState nodeStateForPods(NodeState state) {
        return state;
    }

    /** What a Node's answer to a write of a daemon Pod is decided from. */
    NodeState nodeStateForWrites(NodeState state) {
        return state;
    }

    Converge received(Converge message) {
        return message;
    }

    /** What a planner is made from ({@code first}) and steps with. */
    DaemonSetState planned(DaemonSetState state, boolean first) {
        return state;
    }

    /** What a planner is shown of a Pod; null hides it. */
    DaemonPodView shown(DaemonPodView pod) {
        return pod;
    }

    PodState podState(PodState state) {
        return state;
    }

    /** What is persisted of what was decided. */
    <E extends Event> List<E> persisted(List<E> events) {
        return events;
    }

    /** What a journal row is read as. */
    Recorded<? extends Event> decoded(Recorded<? extends Event> recorded) {
        return recorded;
    }

    /** Whether a new planner waits until its catalog holds all that was committed. */
    boolean plannerWaitsForCatalog() {
        return true;
    }

    /** Whether an entity knows the commands it has done. */
    boolean commandsAreRemembered() {
        return true;
    }

    /** Whether the housekeeper ends Pods whose name is taken, and has nodes give up what nobody claims. */
    boolean leftoversAreCollected() {
        return true;
    }

    /** Whether this kind of cleaning up is done. */
    boolean dutyIsDone(String name) {
        return true;
    }

    /** Whether a heartbeat begins a node's grace anew. */
    boolean heartbeatsCount() {
        return true;
    }

    /** What time evictions are decided at, epoch milliseconds. */
    long evictionClock(long now) {
        return now;
    }

    /** What the scheduler reads. */
    SchedulerView schedulerView(SchedulerView view) {
        return view;
    }

    /** Whom the scheduler has end. */
    SchedulerStep.Preempt victim(SchedulerStep.Preempt chosen, NodeState node) {
        return chosen;
    }

    boolean primaryKeyHolds() {
        return true;
    }

    /** Whether a catalog shows all rows of a persist at once. */
    boolean persistsAreWhole() {
        return true;
    }
}
