package io.everynode.core.pod;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.ObjectWrite;

/** What can be asked of an ordinary Pod. */
public sealed interface PodCommand {

    CommandMeta meta();

    record Write(CommandMeta meta, ObjectWrite write, boolean dryRun) implements PodCommand {}

    /** The scheduler proposes a node. */
    record Propose(CommandMeta meta, String podUid, String node) implements PodCommand {}

    /** The scheduler found no node. @param nominatedNode where it makes room for the Pod; "" or null for nowhere */
    record MarkUnschedulable(CommandMeta meta, String podUid, String message, String nominatedNode)
            implements PodCommand {

        /** Without a node that is being made room on. */
        public MarkUnschedulable(CommandMeta meta, String podUid, String message) {
            this(meta, podUid, message, "");
        }
    }

    /** A node answered. @param refusal "" when it accepted */
    record NodeAnswered(CommandMeta meta, String podUid, String node, long attempt, String refusal)
            implements PodCommand {}

    /** A node confirmed the release. */
    record NodeReleased(CommandMeta meta, String podUid, String node, long attempt) implements PodCommand {}

    /** A DaemonSet wants to own the Pod, which its node then keeps. */
    record HandOver(CommandMeta meta, String podUid, String node, String daemonSetUid) implements PodCommand {}

    /** The node has not answered while it could. */
    record HandOverAgain(CommandMeta meta, String podUid) implements PodCommand {}

    /** The node has taken the Pod over. */
    record NodeTookOver(CommandMeta meta, String podUid, String node, long attempt) implements PodCommand {}
}
