package io.everynode.core.node;

import java.util.HashMap;
import java.util.Map;

/**
 * The newest generation by which each DaemonSet has spoken to one Node, whether or not anything came of it: a message
 * that was overtaken by one of a newer generation is refused, also where the newer one made no Pod. Soft state: what
 * the Node's own events show ({@link NodeState#generations}) is refused after a restart, too. For one thread.
 */
public final class SpokenGenerations {

    private final Map<String, Long> newest = new HashMap<>();

    /** Notes the message; whether it is older than one that came before it. */
    public boolean overtaken(Converge converge) {
        if (converge.wish() instanceof Converge.Retire) {
            // Its DaemonSet is gone, and nothing that it still says is done.
            newest.remove(converge.daemonSetUid());
            return false;
        }
        return newest.merge(converge.daemonSetUid(), converge.generation(), Math::max) > converge.generation();
    }

    /** What the sender of such a message is told. */
    public static ConvergeReply refusal(Converge converge) {
        return new ConvergeReply.Refused(
                "generation " + converge.generation() + " is older than one that has spoken already");
    }
}
