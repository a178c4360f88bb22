package io.everynode.controlplane.runtime;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EndedPod;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * When more ordinary Pods than a threshold have succeeded or failed, the oldest of them go (gcTerminated of
 * pkg/controller/podgc/gc_controller.go). Daemon Pods that have ended are for their nodes to replace.
 */
final class EndedPodsDuty implements Duty<EndedPodsDuty.All> {

    /** There is one key only. */
    enum All {
        PODS
    }

    private static final int MAX_AT_ONCE = 100;

    private final int threshold;

    /** @param threshold 0 for no limit, as upstream's terminated-pod-gc-threshold */
    EndedPodsDuty(int threshold) {
        this.threshold = threshold;
    }

    @Override
    public Collection<All> everything(CatalogVersion version) {
        return List.of(All.PODS);
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<All> keys) {
        if (change.object().kind().equals(Kinds.POD) && tooMany(version) > 0) {
            keys.accept(All.PODS);
        }
    }

    private int tooMany(CatalogVersion version) {
        return threshold <= 0 ? 0 : Math.max(0, version.endedPods().size() - threshold);
    }

    @Override
    public Todo decide(CatalogVersion version, All key, Instant now) {
        int left = tooMany(version);
        List<WriteRequest> writes = new ArrayList<>();
        for (EndedPod ended : version.endedPods()) {
            if (left == 0 || writes.size() == MAX_AT_ONCE) {
                break;
            }
            left--;
            version.get(Kinds.POD, ended.namespace(), ended.name())
                    .filter(pod -> !pod.terminating())
                    .ifPresent(pod -> writes.add(CleanupWrites.delete(pod, 0L, NodePodsDuty.COLLECTOR, now)));
        }
        return Todo.of(writes);
    }
}
