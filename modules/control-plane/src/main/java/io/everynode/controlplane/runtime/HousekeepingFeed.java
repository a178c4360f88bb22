package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.objects.Kinds;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the housekeeper has to look at: namespaces that changed or lost something, and nodes that went. Thread-safe. */
final class HousekeepingFeed implements ChangeListener {

    /**
     * @param namespaces that are to be looked at; only terminating ones matter
     * @param leftovers Pods have names that others have, or nodes hold room for Pods that do not claim it
     */
    record News(Set<String> namespaces, Set<String> nodesGone, boolean leftovers) {}

    private Set<String> namespaces = new LinkedHashSet<>();
    private Set<String> nodesGone = new LinkedHashSet<>();
    private final Set<String> terminating = new LinkedHashSet<>();
    private boolean leftovers;
    private Runnable wake;

    synchronized void subscribe(Runnable newWake) {
        wake = newWake;
    }

    /** Changes in these namespaces are news too. */
    synchronized void follow(String namespace) {
        terminating.add(namespace);
    }

    synchronized void unfollow(String namespace) {
        terminating.remove(namespace);
    }

    synchronized News take() {
        News news = new News(namespaces, nodesGone, leftovers);
        leftovers = false;
        namespaces = new LinkedHashSet<>();
        nodesGone = new LinkedHashSet<>();
        return news;
    }

    private boolean news() {
        return !namespaces.isEmpty() || !nodesGone.isEmpty() || leftovers;
    }

    /** A node accepted the Pod, and was deleted before the Pod knew. */
    private static boolean boundToNothing(CatalogVersion version, Change change) {
        String node = CatalogVersion.nodeOf(change.object());
        return change.type() != Change.Type.REMOVED
                && !node.isEmpty()
                && !version.node(node).exists();
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
                if (change.object().kind().equals(Kinds.NAMESPACE)) {
                    namespaces.add(change.object().name());
                } else if (change.object().kind().equals(Kinds.NODE)) {
                    if (change.type() == Change.Type.REMOVED) {
                        nodesGone.add(change.object().name());
                    }
                } else if (boundToNothing(version, change)) {
                    nodesGone.add(CatalogVersion.nodeOf(change.object()));
                } else if (!terminating.isEmpty()
                        && change.type() == Change.Type.REMOVED
                        && terminating.contains(change.object().namespace())) {
                    namespaces.add(change.object().namespace());
                }
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
