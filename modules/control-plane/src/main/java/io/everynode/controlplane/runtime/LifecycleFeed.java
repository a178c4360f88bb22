package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.Taint;
import io.everynode.objects.Kinds;
import java.util.function.Consumer;

/**
 * The names of the nodes that the lifecycle of nodes has to look at: those that changed, and those in trouble where an
 * ordinary Pod changed.
 */
public final class LifecycleFeed extends KeyFeed<String> {

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<String> nodes) {
        if (change.object().kind().equals(Kinds.NODE)) {
            nodes.accept(change.object().name());
        } else if (change.object().kind().equals(Kinds.POD) && !StoredDaemonPod.owned(change.object())) {
            String node = CatalogVersion.nodeOf(change.object());
            if (!node.isEmpty() && inTrouble(version.node(node))) {
                nodes.accept(node);
            }
        }
    }

    private static boolean inTrouble(NodeState node) {
        return node.exists()
                && (!node.facts().ready() || node.facts().taints().stream().anyMatch(Taint::evicts));
    }
}
