package io.everynode.core.daemonset;

import io.everynode.core.object.JsonBytes;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.pcollections.PMap;

/**
 * What a step of the {@link DaemonSetPlanner} does for the history of revisions; what {@link RevisionHistory} finds is
 * added to the step's events and reasons. Mutable and confined to the planner's actor.
 */
final class HistoryUpkeep {

    /**
     * The history in which each template has one revision, and whose current template that is; compared by identity.
     */
    private PMap<String, Revision> merged;

    private JsonBytes mergedFor;

    static void restore(DaemonSetState state, List<DaemonSetEvent> events, List<String> reasons, Instant now) {
        DaemonSetEvent.RevisionRecorded restored = RevisionHistory.restored(state.name(), state.current(), now);
        if (restored != null) {
            events.add(restored);
            reasons.add("the current revision was deleted");
        }
    }

    /** @param carried whether Pods have this revision */
    static void trim(
            Incarnation current,
            DaemonSetSpec spec,
            Predicate<String> carried,
            List<DaemonSetEvent> events,
            List<String> reasons) {
        for (Revision revision : RevisionHistory.trimmed(
                current.revisions().values(), current.currentRevision(), spec.revisionHistoryLimit(), carried)) {
            events.add(new DaemonSetEvent.RevisionTrimmed(current.uid(), revision.hash()));
            if (!reasons.contains("history limit")) {
                reasons.add("history limit");
            }
        }
    }

    /** With what is journaled anyway: as upstream's next pass does, which a ControllerRevision alone does not cause. */
    void merge(Incarnation current, List<DaemonSetEvent> events, List<String> reasons) {
        if (current.revisions() == merged && current.object() == mergedFor) {
            return;
        }
        merged = current.revisions();
        mergedFor = current.object();
        List<DaemonSetEvent> merge = RevisionHistory.merged(current);
        if (!merge.isEmpty()) {
            events.addAll(merge);
            reasons.add("revisions of one template");
        }
    }
}
