package io.everynode.core.daemonset;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.ObjectWrite;
import java.util.Set;

/** What can be asked of a DaemonSet. Its planning is not asked for; see {@link DaemonSetPlanner}. */
public sealed interface DaemonSetCommand {

    CommandMeta meta();

    /**
     * A client's write of the DaemonSet object or its status.
     *
     * @param takenNames names of ControllerRevisions that others have; a new revision gets another hash then
     */
    record Write(CommandMeta meta, ObjectWrite write, boolean dryRun, Set<String> takenNames)
            implements DaemonSetCommand {

        public Write {
            takenNames = takenNames == null ? Set.of() : takenNames;
        }

        public Write(CommandMeta meta, ObjectWrite write, boolean dryRun) {
            this(meta, write, dryRun, Set.of());
        }
    }

    /**
     * A client's write of a ControllerRevision that this DaemonSet controls, or shall control.
     *
     * @param name the ControllerRevision's
     */
    record WriteRevision(CommandMeta meta, String name, ObjectWrite write, boolean dryRun)
            implements DaemonSetCommand {}
}
