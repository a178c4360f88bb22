package io.everynode.core.daemonset;

import io.everynode.core.event.Event;
import io.everynode.core.object.JsonBytes;
import java.util.List;

/**
 * What can have happened to a DaemonSet. A name may be used by several incarnations one after the other; events name
 * the UID.
 */
public sealed interface DaemonSetEvent extends Event {

    /** The object was created or changed. {@code object} holds everything but status. */
    record Stored(String uid, JsonBytes object) implements DaemonSetEvent {}

    /** Status was computed anew; coalesced. */
    record StatusChanged(String uid, JsonBytes status) implements DaemonSetEvent {}

    /**
     * A template was seen for the first time. Becomes a ControllerRevision.
     *
     * @param hash the controller-revision-hash label's value
     * @param number the ControllerRevision's revision
     * @param name of the ControllerRevision
     * @param revisionUid of the ControllerRevision
     * @param data of the ControllerRevision: the patch that sets the template
     * @param annotations of the DaemonSet then (change-cause among them), as a JSON object
     */
    record RevisionRecorded(
            String uid,
            String hash,
            long number,
            String name,
            String revisionUid,
            JsonBytes data,
            JsonBytes annotations)
            implements DaemonSetEvent {}

    /** An old template became current again: its revision gets the highest number. */
    record RevisionRenumbered(String uid, String hash, long number, JsonBytes annotations) implements DaemonSetEvent {}

    /**
     * A client made or changed a ControllerRevision of this DaemonSet; the current template stays what it is.
     *
     * @param hash by which the DaemonSet knows the revision: its label's value, or its name
     * @param object the whole ControllerRevision, without resourceVersion
     */
    record RevisionWritten(String uid, String hash, JsonBytes object) implements DaemonSetEvent {}

    /** {@code kubectl} no longer lists this revision (revisionHistoryLimit, or a client); the journal keeps it. */
    record RevisionTrimmed(String uid, String hash) implements DaemonSetEvent {}

    /** The DaemonSet goes and leaves this revision behind: a ControllerRevision without it as its owner. */
    record RevisionReleased(String uid, String hash) implements DaemonSetEvent {}

    /**
     * A revision that an earlier DaemonSet of this name left behind is this one's.
     *
     * @param name of the ControllerRevision
     * @param hash by which the DaemonSet knows it from now on
     */
    record RevisionAdopted(String uid, String name, String hash) implements DaemonSetEvent {}

    /** A client changed one that was left behind. @param object the whole ControllerRevision */
    record LeftRevisionWritten(String name, JsonBytes object) implements DaemonSetEvent {}

    /** A client deleted one that was left behind. */
    record LeftRevisionRemoved(String name) implements DaemonSetEvent {}

    /**
     * These nodes may lose their available Pod of an older revision now (invariant I6).
     *
     * @param granted at most 500
     * @param spent earlier grants that the catalog has shown to be used up
     */
    record Granted(String uid, long generation, List<String> granted, List<String> spent) implements DaemonSetEvent {}

    /** Pods cannot be made of the template as it is. Changes no object; said once for each cause. */
    record CreationFailed(String uid, String message) implements DaemonSetEvent {}

    /** The object is gone from the API; its Pods are still to be ended. */
    record Removed(String uid) implements DaemonSetEvent {}

    /** The object is gone from the API; all its Pods have lost their owner, and one that is made late will. */
    record Orphaned(String uid) implements DaemonSetEvent {}

    /** No Pod of the removed incarnation is left and late commands have run out. */
    record RetirementFinished(String uid) implements DaemonSetEvent {}
}
