package io.everynode.core.node;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.placement.PodRequirements;

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

    /** An ordinary Pod wants to run here. The same attempt gets the same answer. */
    record Reserve(
            CommandMeta meta, String podUid, String namespace, String name, long attempt, PodRequirements requirements)
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
}
