package io.everynode.core.node;

import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The generations by which DaemonSets have spoken to one Node, where they made no Pod that shows it
 * ({@link NodeState#generations}): a message that was overtaken by one of a newer generation is refused. Soft state,
 * and empty on a Node whose Pods are of the newest generation, which are nearly all. For one thread.
 */
public final class SpokenGenerations {

    private PMap<String, Long> newest = HashTreePMap.empty();

    /** Whether one of a newer generation came before it. What ends a DaemonSet is never overtaken. */
    public boolean overtaken(Converge converge) {
        return !(converge.wish() instanceof Converge.Retire)
                && converge.generation() < newest.getOrDefault(converge.daemonSetUid(), 0L);
    }

    /** A message that was not overtaken, what it found, and what was decided about it. */
    public void heard(Converge converge, NodeState state, List<NodeEvent> events) {
        boolean shown = converge.wish() instanceof Converge.Retire
                || converge.generation() <= state.generations().getOrDefault(converge.daemonSetUid(), 0L)
                || events.stream().anyMatch(NodeEvent.DaemonPodMade.class::isInstance);
        newest = shown
                ? newest.minus(converge.daemonSetUid())
                : newest.plus(converge.daemonSetUid(), converge.generation());
    }

    /** What the sender of an overtaken message is told. */
    public static ConvergeReply refusal(Converge converge) {
        return new ConvergeReply.Refused(
                "generation " + converge.generation() + " is older than one that has spoken already");
    }
}
