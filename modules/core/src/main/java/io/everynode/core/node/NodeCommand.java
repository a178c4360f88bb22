package io.everynode.core.node;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Resources;
import java.util.List;

/** What can be asked of a Node besides {@link Converge}. */
public sealed interface NodeCommand {

    CommandMeta meta();

    /** A client's write of the Node object. */
    record Write(CommandMeta meta, ObjectWrite write, boolean dryRun) implements NodeCommand {}

    /**
     * A client's write of a daemon Pod in this Node's keeping.
     *
     * @param template the Pod's admitted template, for writes beyond status and deletion; else null
     */
    record WritePod(
            CommandMeta meta, String namespace, String name, ObjectWrite write, boolean dryRun, JsonBytes template)
            implements NodeCommand {}

    /**
     * An ordinary Pod wants to run here. The same attempt gets the same answer.
     *
     * @param assigned whether the Pod was made with this node: it is counted and never refused, also before the node
     *     joins, as admission is its kubelet's affair then
     */
    record Reserve(
            CommandMeta meta,
            String podUid,
            String namespace,
            String name,
            long attempt,
            PodRequirements requirements,
            boolean assigned)
            implements NodeCommand {

        /** For a Pod that asks. */
        public Reserve(
                CommandMeta meta,
                String podUid,
                String namespace,
                String name,
                long attempt,
                PodRequirements requirements) {
            this(meta, podUid, namespace, name, attempt, requirements, false);
        }
    }

    /**
     * The scheduler ends Pods here to make room for this one, ordinary or daemon; or, without {@code wanted}, does so
     * no more.
     */
    record Nominate(
            CommandMeta meta, String podUid, Resources requests, List<HostPort> ports, int priority, boolean wanted)
            implements NodeCommand {}

    /** The ordinary Pod is gone or goes elsewhere. */
    record Release(CommandMeta meta, String podUid, long attempt) implements NodeCommand {}

    /**
     * An ordinary Pod that runs here hands itself over. It is always taken; the same attempt may come again.
     *
     * @param object the whole Pod with status
     */
    record TakeOver(CommandMeta meta, String podUid, String namespace, String name, long attempt, JsonBytes object)
            implements NodeCommand {}

    /**
     * A lease keeper has heard nothing of the node for longer than its grace.
     *
     * @param objectSequence of the Node that the keeper's catalog had; another one is not meant
     * @param graceMillis a node that was heard no longer ago is not lost
     */
    record LostContact(CommandMeta meta, long objectSequence, long graceMillis) implements NodeCommand {}

    /**
     * The planner of evictions grants the evicting taint that goes with the Ready condition, or takes it away.
     *
     * @param objectSequence of the Node that it was planned from; another one is not meant
     * @param taint key of the taint; "" to take both away, as when all nodes are lost at once
     */
    record SetEvictingTaint(CommandMeta meta, long objectSequence, String taint) implements NodeCommand {}
}
