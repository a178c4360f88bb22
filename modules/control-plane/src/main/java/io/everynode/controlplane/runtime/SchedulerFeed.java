package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.objects.Kinds;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the scheduler has to look at: ordinary Pods that changed, and whether room may have become free. Bounded by the number of Pods. Thread-safe. */
final class SchedulerFeed implements ChangeListener {

    /** An ordinary Pod by name. */
    record PodName(String namespace, String name) {}

    /** @param roomChanged nodes or Pods on them changed, so that Pods that did not fit may fit now */
    record News(Set<PodName> pods, boolean roomChanged) {}

    private Set<PodName> pods = new LinkedHashSet<>();
    private boolean roomChanged;
    private Runnable wake;

    /** From now on {@code wake} is called once for news that were not taken yet; it must be short. */
    synchronized void subscribe(Runnable newWake) {
        wake = newWake;
    }

    synchronized News take() {
        News news = new News(pods, roomChanged);
        pods = new LinkedHashSet<>();
        roomChanged = false;
        return news;
    }

    /** A node confirmed that it has more room. */
    void roomFreed() {
        Runnable toRun = null;
        synchronized (this) {
            if (wake != null && !roomChanged) {
                toRun = pods.isEmpty() ? wake : null;
                roomChanged = true;
            }
        }
        if (toRun != null) {
            toRun.run();
        }
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        Runnable toRun = null;
        synchronized (this) {
            if (wake == null) {
                return;
            }
            boolean before = roomChanged || !pods.isEmpty();
            for (Change change : changes) {
                if (change.object().kind().equals(Kinds.NODE)) {
                    roomChanged = true;
                } else if (change.object().kind().equals(Kinds.POD)) {
                    if (change.type() == Change.Type.REMOVED) {
                        roomChanged = true;
                    }
                    if (!(change.object() instanceof StoredDaemonPod)) {
                        pods.add(new PodName(
                                change.object().namespace(), change.object().name()));
                    }
                }
            }
            if (!before && (roomChanged || !pods.isEmpty())) {
                toRun = wake;
            }
        }
        if (toRun != null) {
            toRun.run();
        }
    }
}
