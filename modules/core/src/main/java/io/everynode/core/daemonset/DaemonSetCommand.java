package io.everynode.core.daemonset;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.ObjectWrite;

/** What can be asked of a DaemonSet. Its planning is not asked for; see {@link DaemonSetPlanner}. */
public sealed interface DaemonSetCommand {

    CommandMeta meta();

    /** A client's write of the DaemonSet object or its status. */
    record Write(CommandMeta meta, ObjectWrite write, boolean dryRun) implements DaemonSetCommand {}
}
