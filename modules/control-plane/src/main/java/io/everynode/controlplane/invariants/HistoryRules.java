package io.everynode.controlplane.invariants;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.PodTemplateHash;
import io.everynode.objects.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * I7: each template is in the history with the change that brought it; what is current stays, and is the newest. To be
 * told of every persist of a DaemonSet in the journal's order.
 */
public final class HistoryRules {

    private final Set<String> deletedRevisions = new HashSet<>();

    /** UIDs of DaemonSets of which a client wrote a revision, which may have given it any number. */
    private final Set<String> written = new HashSet<>();

    /**
     * A DaemonSet's entity has persisted something.
     *
     * @param before null when it had no state
     */
    public void daemonSet(String id, DaemonSetState before, DaemonSetState after, List<StoredEvent> persist) {
        if (after.current() == null
                || after.current().spec().deleting()
                        && after.current().revisions().isEmpty()) {
            // What is deleted as an orphan's owner may have left its history behind already.
            return;
        }
        for (StoredEvent stored : persist) {
            if (stored.recorded().event() instanceof DaemonSetEvent.RevisionTrimmed trimmed
                    && stored.recorded().meta().plannedAt() == 0) {
                // A client may delete it, as whoever empties a namespace does.
                deletedRevisions.add(trimmed.uid() + "/" + trimmed.hash());
            }
        }
        String now = after.current().uid() + "/" + after.current().currentRevision();
        if (deletedRevisions.contains(now)) {
            return;
        }
        require(
                after.current().revisions().containsKey(after.current().currentRevision()),
                "I7",
                "%s has no revision %s",
                id,
                after.current().currentRevision());
        boolean recorded = false;
        boolean stored = false;
        for (StoredEvent event : persist) {
            if (event.recorded().event() instanceof DaemonSetEvent.RevisionWritten) {
                written.add(after.current().uid());
            }
            recorded |= event.recorded().event() instanceof DaemonSetEvent.RevisionRecorded
                    || event.recorded().event() instanceof DaemonSetEvent.RevisionRenumbered;
            stored |= event.recorded().event() instanceof DaemonSetEvent.Stored;
        }
        if (stored) {
            boolean same = before != null
                    && before.current() != null
                    && before.current().uid().equals(after.current().uid())
                    && template(before).equals(template(after));
            require(same != recorded, "I7", "%s has a new template and no revision, or the reverse", id);
        }
        if (recorded) {
            written.remove(after.current().uid());
        }
        long highest = after.current().revisions().values().stream()
                .mapToLong(revision -> revision.number())
                .max()
                .orElse(0);
        require(
                written.contains(after.current().uid())
                        || after.current()
                                        .revisions()
                                        .get(after.current().currentRevision())
                                        .number()
                                == highest,
                "I7",
                "%s: the current revision is not the newest",
                id);
    }

    private static Object template(DaemonSetState state) {
        return PodTemplateHash.canonical(Json.at(state.current().object().tree(), "spec", "template"));
    }
}
