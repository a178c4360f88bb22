package io.everynode.core.node;

import io.everynode.core.object.JsonBytes;
import java.util.List;

/**
 * A Pod while it is being changed: the components of an older one, of which some get new values. For {@link DaemonPod}
 * alone, and never kept.
 */
final class DaemonPodBuilder {

    NodeEvent.DaemonPodCreated createdBy;
    List<String> templateFinalizers;
    PodOwner owner;
    long createdAt;
    long boundAt;
    String waiting;
    JsonBytes status;
    String phase;
    boolean ready;
    long readySince;
    long deletionAt;
    long deletionGrace;
    JsonBytes edited;
    long sequenceNumber;

    DaemonPodBuilder(DaemonPod from) {
        createdBy = from.createdBy();
        templateFinalizers = from.templateFinalizers();
        owner = from.owner();
        createdAt = from.createdAt();
        boundAt = from.boundAt();
        waiting = from.waiting();
        status = from.status();
        phase = from.phase();
        ready = from.ready();
        readySince = from.readySince();
        deletionAt = from.deletionAt();
        deletionGrace = from.deletionGrace();
        edited = from.edited();
        sequenceNumber = from.sequenceNumber();
    }

    DaemonPod build() {
        return new DaemonPod(
                createdBy,
                templateFinalizers,
                owner,
                createdAt,
                boundAt,
                waiting,
                status,
                phase,
                ready,
                readySince,
                deletionAt,
                deletionGrace,
                edited,
                sequenceNumber);
    }
}
