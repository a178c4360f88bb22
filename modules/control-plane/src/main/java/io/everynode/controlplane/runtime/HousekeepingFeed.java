package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.objects.Kinds;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the housekeeper has to look at. Thread-safe. */
final class HousekeepingFeed implements ChangeListener {

    /**
     * @param nodesToCompare nodes where an ordinary Pod changed, or a daemon Pod was made beside ordinary ones
     * @param leftovers Pods have names that others have, or nodes hold room for Pods that do not claim it
     */
    record News(Set<String> nodesToCompare, boolean leftovers) {}

    private Set<String> nodesToCompare = new LinkedHashSet<>();
    private boolean leftovers;
    private Runnable wake;

    synchronized void subscribe(Runnable newWake) {
        wake = newWake;
    }

    synchronized News take() {
        News news = new News(nodesToCompare, leftovers);
        leftovers = false;
        nodesToCompare = new LinkedHashSet<>();
        return news;
    }

    private boolean news() {
        return !nodesToCompare.isEmpty() || leftovers;
    }

    private void compare(CatalogVersion version, Change change) {
        if (change.type() == Change.Type.REMOVED || !change.object().kind().equals(Kinds.POD)) {
            return;
        }
        if (change.object() instanceof StoredDaemonPod daemon) {
            if (change.type() == Change.Type.ADDED && !version.pods().isEmpty()) {
                nodesToCompare.add(daemon.slotNode());
            }
        } else {
            String node = CatalogVersion.nodeOf(change.object());
            if (!node.isEmpty()) {
                nodesToCompare.add(node);
            }
        }
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        Runnable toRun = null;
        synchronized (this) {
            if (wake == null) {
                return;
            }
            boolean before = news();
            leftovers = leftovers
                    || !version.hiddenPods().isEmpty()
                    || !version.unclaimed().isEmpty();
            for (Change change : changes) {
                compare(version, change);
            }
            if (!before && news()) {
                toRun = wake;
            }
        }
        if (toRun != null) {
            toRun.run();
        }
    }
}
