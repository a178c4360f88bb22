package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import java.util.List;

/** Wakes the housekeeper when Pods have names that others have, or nodes hold room for nobody. Thread-safe. */
final class HousekeepingFeed implements ChangeListener {

    private boolean leftovers;
    private Runnable wake;

    synchronized void subscribe(Runnable newWake) {
        wake = newWake;
    }

    /** The next leftovers wake again. */
    synchronized void take() {
        leftovers = false;
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        Runnable toRun = null;
        synchronized (this) {
            if (wake == null || leftovers) {
                return;
            }
            leftovers = !version.hiddenPods().isEmpty() || !version.unclaimed().isEmpty();
            toRun = leftovers ? wake : null;
        }
        if (toRun != null) {
            toRun.run();
        }
    }
}
