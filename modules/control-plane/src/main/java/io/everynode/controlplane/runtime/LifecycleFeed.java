package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.Taint;
import io.everynode.objects.Kinds;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The nodes that the lifecycle of nodes has to look at: those that changed, and those in trouble where an ordinary Pod
 * changed. Holds names of nodes, never more than there are. Thread-safe.
 */
public final class LifecycleFeed implements ChangeListener {

    private Set<String> nodes = new LinkedHashSet<>();
    private Runnable wake;

    /** @param newWake called when there is something to take and there was nothing before; null to end */
    public synchronized void subscribe(Runnable newWake) {
        wake = newWake;
        nodes = new LinkedHashSet<>();
    }

    public synchronized Set<String> take() {
        Set<String> taken = nodes;
        nodes = new LinkedHashSet<>();
        return taken;
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        Runnable toRun = null;
        synchronized (this) {
            if (wake == null) {
                return;
            }
            boolean nothing = nodes.isEmpty();
            for (Change change : changes) {
                if (change.object().kind().equals(Kinds.NODE)) {
                    nodes.add(change.object().name());
                } else if (change.object().kind().equals(Kinds.POD) && !StoredDaemonPod.owned(change.object())) {
                    String node = CatalogVersion.nodeOf(change.object());
                    if (!node.isEmpty() && inTrouble(version.node(node))) {
                        nodes.add(node);
                    }
                }
            }
            if (nothing && !nodes.isEmpty()) {
                toRun = wake;
            }
        }
        if (toRun != null) {
            toRun.run();
        }
    }

    private static boolean inTrouble(NodeState node) {
        return node.exists()
                && (!node.facts().ready() || node.facts().taints().stream().anyMatch(Taint::evicts));
    }
}
